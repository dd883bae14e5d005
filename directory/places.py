"""Where the records of a list are."""

from directory.ways import Way


class MapPage(Way):
    """Where the records of a list are."""

    name = "map"
    template_name = "map.html"
