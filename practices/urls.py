"""Addresses of methods and practices."""

from directory.details import record_urls
from practices import views

practices = record_urls(views.PracticeList, views.PracticeDetail)
