"""English numbers and dates, where we differ from Django's: a day written out reads as running text."""

DATE_FORMAT = "j F Y"
YEAR_MONTH_FORMAT = "F Y"
