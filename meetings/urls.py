"""Addresses of meetings and series."""

from directory.details import record_urls
from meetings import views

meetings = record_urls(views.MeetingList, views.MeetingDetail)
