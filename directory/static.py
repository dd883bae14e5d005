"""The files that are served as they are."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Leaves out hundreds that no page shows: a server looks at each when it starts."""

    # Flags of countries, which come with their names.
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "flags"]
