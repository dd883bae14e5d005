"""Moments as a call tells them: to the second where that matters, in its own time zone, with the offset of that day."""

from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def told(moment, time_zone):
    """Return a moment in words, with its time zone and how far that is from UTC then; "" for none."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(time_zone))
    offset = local.strftime("%z")
    hours = f"{offset[0].replace('-', '−')}{int(offset[1:3])}" + (f":{offset[3:5]}" if offset[3:5] != "00" else "")
    return _("%(date)s at %(time)s (%(zone)s, UTC%(offset)s)") % {
        "date": date_format(local.date(), "DATE_FORMAT"),
        "time": local.strftime("%H:%M:%S" if local.second else "%H:%M"),
        "zone": time_zone,
        "offset": hours,
    }
