"""All addresses of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

import meetings.urls
import networks.urls
import practices.urls
import projects.urls
from directory import pages
from directory.comparison import ComparisonPage
from directory.details import record_urls
from directory.places import MapPage
from directory.statistics import MostReadPage, StatisticsPage
from directory.timeline import TimelinePage
from directory.views import SourceDetail, SourceList
from networks.models import City, Network
from practices.models import Practice
from projects.models import Project

handler400 = pages.unreadable
handler403 = pages.refused
handler404 = pages.missing
handler500 = pages.broken

sections = {
    "networks": networks.urls.networks,
    "projects": projects.urls.projects,
    "meetings": meetings.urls.meetings,
    "cities": networks.urls.cities,
    "organisations": networks.urls.organisations,
    "funders": projects.urls.funders,
    "programmes": projects.urls.programmes,
    "themes": networks.urls.themes,
    "publications": projects.urls.publications,
    "practices": practices.urls.practices,
    "sources": record_urls(SourceList, SourceDetail),
}


def way(page):
    """Return the address of another way to look at those lists that have it."""
    lists = [each for each in pages.LISTS if page.name in each.ways]
    return path(f"{page.name}/", pages.only_read(page.as_view(lists=lists)), name=page.name)


urlpatterns = [
    path("", pages.front_door),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", pages.alive, name="alive"),
    path("readyz", pages.ready, name="ready"),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path("search/", pages.search, name="search"),
        way(MapPage),
        way(TimelinePage),
        way(StatisticsPage),
        path("statistics/views/", pages.only_read(MostReadPage.as_view(lists=pages.LISTS)), name=MostReadPage.name),
        path(
            "compare/",
            pages.only_read(ComparisonPage.as_view(models=[Network, Project, City, Practice])),
            name="compare",
        ),
        path("about/", pages.page_of_words("about/site.html"), name="about"),
        path("about/marks/", pages.page_of_words("about/marks.html"), name="marks"),
        path("about/licence/", pages.page_of_words("about/licence.html"), name="licence"),
        path("about/privacy/", pages.page_of_words("about/privacy.html"), name="privacy"),
        *(path(f"{name}/", include((urls, name))) for name, urls in sections.items()),
    ),
]
