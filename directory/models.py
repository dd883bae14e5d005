"""The models of the directory itself, where Django looks for them."""

from directory.sources import Source

__all__ = ["Source"]
