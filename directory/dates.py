"""Dates no more precise than their source: EDTF (ISO 8601-2:2019), level 1 without intervals.

`2014`, `2014-08`, `2014-08-21`, a season (`2014-21` spring … `2014-24` winter), a decade or century (`201X`,
`20XX`), each with `~` (about), `?` (uncertain) or `%` (both) behind it.
"""

import calendar
import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from directory.derived import DerivedDateField

FORM = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?P<doubt>[~?%]?)", re.ASCII
)
# First and last month. Winter lies at both ends of a year and a source seldom says which end it means.
SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (1, 12)}
NOT_A_DATE = gettext_lazy(
    "“%(value)s” is not a date that we can read. Write 2014, 2014-08, 2014-08-21, 2014-21 for spring 2014 "
    "(22 summer, 23 autumn, 24 winter) or 201X for the 2010s; end with ~ for about or ? for uncertain."
)


class EDTF(str):
    """One date as a source gives it; behaves as its EDTF string.

    `earliest` and `latest` are the first and last day it can mean. They serve sorting and filtering and are never
    shown; `~` and `?` do not widen them. Raises `ValueError` for a string outside the standard's part used here.
    """

    def __new__(cls, value):
        """Read `value`, refusing what is no day of the calendar."""
        if value is None:
            raise TypeError("an unknown date is None, not an EDTF")
        if type(value) is cls:
            return value
        text = super().__new__(cls, value)
        text.earliest, text.latest, text.doubt = cls._read(text)
        return text

    @staticmethod
    def _read(text):
        form = FORM.fullmatch(text)
        if not form:
            raise ValueError(f"not an EDTF date: {text!r}")
        digits, doubt = form["year"], form["doubt"]
        first, last = int(digits.replace("X", "0")), int(digits.replace("X", "9"))
        if first == 0 and "X" in digits:
            first = 1
        if not form["month"]:
            return date(first, 1, 1), date(last, 12, 31), doubt
        if "X" in digits:
            raise ValueError(f"a decade has no months: {text!r}")
        month = int(form["month"])
        if month in SEASONS and not form["day"]:
            start, end = SEASONS[month]
            return date(first, start, 1), date(first, end, calendar.monthrange(first, end)[1]), doubt
        if form["day"]:
            day = date(first, month, int(form["day"]))
            return day, day, doubt
        return date(first, month, 1), date(first, month, calendar.monthrange(first, month)[1]), doubt

    @property
    def plain(self):
        """The date without its mark of doubt."""
        return str(self).rstrip("~?%")

    def display(self):
        """Return the date in words of the active language: “spring 2014”, “oktober 2021”, “about 2012”."""
        words = self._words()
        if self.doubt == "~":
            return _("about %(date)s") % {"date": words}
        if self.doubt == "?":
            return _("%(date)s (uncertain)") % {"date": words}
        if self.doubt == "%":
            return _("about %(date)s (uncertain)") % {"date": words}
        return words

    def _words(self):
        parts = self.plain.split("-")
        year = self.earliest.year
        if parts[0].endswith("XX"):
            return _("the years %(first)d–%(last)d") % {"first": year, "last": self.latest.year}
        if parts[0].endswith("X"):
            return _("the %(decade)ds") % {"decade": year}
        if len(parts) == 1:
            return parts[0]
        if len(parts) == 3:
            return formats.date_format(self.earliest, "DATE_FORMAT")
        if int(parts[1]) in SEASONS:
            season = {
                21: pgettext("season of a year", "spring %(year)s"),
                22: pgettext("season of a year", "summer %(year)s"),
                23: pgettext("season of a year", "autumn %(year)s"),
                24: pgettext("season of a year", "winter %(year)s"),
            }[int(parts[1])]
            return season % {"year": parts[0]}
        return formats.date_format(self.earliest, "YEAR_MONTH_FORMAT")


def period(started, ended):
    """Return two dates as one phrase, saying in words which end is not known; "" when neither is."""
    if started and ended:
        if started == ended:
            return EDTF(started).display()
        first, last = EDTF(started).display(), EDTF(ended).display()
        return f"{first}–{last}" if len(started) == len(ended) == 4 else f"{first} – {last}"
    if started:
        return _("from %(start)s, end not stated") % {"start": EDTF(started).display()}
    if ended:
        return _("until %(end)s, start not stated") % {"end": EDTF(ended).display()}
    return ""


class EDTFField(models.CharField):
    """Stores the string and, beside it, `<name>_earliest` and `<name>_latest`, which follow from it."""

    def __init__(self, *args, **kwargs):
        """Keep room for the longest form; unknown is NULL, never an empty string."""
        super().__init__(*args, **{"max_length": 12, "null": True, "blank": True, **kwargs})

    def contribute_to_class(self, cls, name, **kwargs):
        """Add the two columns of bounds to the model (historical models in migrations have them already)."""
        super().contribute_to_class(cls, name, **kwargs)
        for bound in ("earliest", "latest"):
            attname = f"{name}_{bound}"
            if attname in cls.__dict__ or cls.__module__ == "__fake__":
                continue
            cls.add_to_class(
                attname,
                DerivedDateField(null=True, db_index=True, inputs=[name], derive=self._bound(name, bound)),
            )

    @staticmethod
    def _bound(name, bound):
        def derive(instance):
            try:
                return getattr(EDTF(getattr(instance, name)), bound)
            except (TypeError, ValueError):
                # Unknown, or about to be refused: by a form with a sentence, by get_db_prep_save without one.
                return None

        return derive

    def get_db_prep_save(self, value, connection):
        """Never write a string whose bounds nobody can tell; raises `ValueError`."""
        return super().get_db_prep_save(EDTF(value) if isinstance(value, str) else value, connection)

    def from_db_value(self, value, expression, connection):
        """Hand out what the database holds as an EDTF."""
        return EDTF(value) if value else None

    def to_python(self, value):
        """Read a form's or a fixture's string; raises `ValidationError` with a sentence for the editor."""
        value = super().to_python(value)
        if value is None or not value.strip():
            return None
        try:
            return EDTF(value.strip())
        except ValueError as error:
            raise ValidationError(NOT_A_DATE, params={"value": value}) from error

    def formfield(self, **kwargs):
        """Show an editor how a date is written."""
        field = super().formfield(**kwargs)
        field.help_text = field.help_text or gettext_lazy(
            "No more precise than the source: 2014, spring 2014, October 2021, 21 August 2014, about 2012, 2012?, the 2010s."
        )
        return field
