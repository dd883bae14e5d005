"""What the records of a list add up to."""

from directory.ways import Way


class StatisticsPage(Way):
    """What the records of a list add up to."""

    name = "statistics"
    template_name = "statistics.html"
