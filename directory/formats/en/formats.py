"""English numbers and dates, where we differ from Django's: a day written out reads as running text.

Hours go to 24 and the month is never a number: Django's are those of the United States.
"""

DATE_FORMAT = "j F Y"
YEAR_MONTH_FORMAT = "F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y H:i"
