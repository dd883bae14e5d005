"""All addresses of the site, and the page that an ordinary Django project would have."""

from django.urls import path

from bench.peers import ordinary
from directory.urls import *  # noqa: F403 (with its pages for errors)
from directory.urls import urlpatterns

urlpatterns = [path("bench/ordinary/", ordinary), *urlpatterns]
