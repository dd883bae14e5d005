"""The records of a list along the years."""

from directory.ways import Way


class TimelinePage(Way):
    """The records of a list along the years."""

    name = "timeline"
    template_name = "timeline.html"
