"""Measurements: what pages cost, beside what else could answer."""

from pathlib import Path

# Where databases and servers of the bench are kept.
HOME = Path(__file__).resolve().parent.parent / "data" / "bench"
