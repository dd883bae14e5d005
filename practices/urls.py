"""Addresses of methods and practices, and of calls for them."""

from django.urls import path

from directory.details import record_urls
from practices import nominate_views, views

practices = record_urls(views.PracticeList, views.PracticeDetail)
calls = [
    *record_urls(views.CallList, views.CallDetail),
    path("<slug:slug>/nominate/", nominate_views.begin, name="nominate"),
]
# Behind secret links, in no list and no sitemap.
nominations = [
    path("<slug:secret>/", nominate_views.status, name="status"),
    path("<slug:secret>/mail/", nominate_views.mail, name="mail"),
    path("<slug:secret>/change/", nominate_views.change, name="change"),
    path("<slug:secret>/confirm/", nominate_views.confirm, name="confirm"),
    path("<slug:secret>/withdraw/", nominate_views.withdraw, name="withdraw"),
    path("<slug:secret>/erase/", nominate_views.erase_all, name="erase"),
    path("<slug:secret>/data/", nominate_views.data, name="data"),
]
