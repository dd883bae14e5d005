"""All addresses of the site."""

from datetime import date

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path
from django.views.decorators.cache import never_cache

import meetings.urls
import networks.urls
import practices.urls
import projects.urls
from directory import pages
from directory.comparison import Comparable, ComparisonPage
from directory.components import ComponentsPage
from directory.details import record_urls
from directory.places import MapPage
from directory.sitemaps import sitemaps
from directory.statistics import MostReadPage, StatisticsPage
from directory.timeline import TimelinePage
from directory.views import SourceDetail, SourceList
from networks.facts import city_page, network_page
from networks.models import Network
from networks.views import CityList, NetworkList, OverlapPage
from practices.facts import practice_page
from practices.views import PracticeList
from projects.facts import project_page
from projects.views import ProjectList

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


# What can be compared; of a network also what the sources' common framework asks, whoever answers.
compared = [
    Comparable(NetworkList, network_page, Network.framework, ("parent", "city", "theme", "kind")),
    Comparable(ProjectList, project_page, (), ("funder", "programme", "partner", "theme", "kind")),
    Comparable(CityList, city_page, (), ("network", "focus", "country")),
    Comparable(PracticeList, practice_page, (), ("theme", "sector", "country", "kind")),
]


def way(page):
    """Return the address of another way to look at those lists that have it."""
    lists = [each for each in pages.LISTS if page.name in each.ways]
    return path(f"{page.name}/", pages.only_read(page.as_view(lists=lists)), name=page.name)


urlpatterns = [
    path("", pages.front_door),
    path("admin/", include("directory.signin_urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", pages.alive, name="alive"),
    path("readyz", pages.ready, name="ready"),
    path("robots.txt", pages.robots),
    path("sitemap.xml", pages.only_read(index), {"sitemaps": sitemaps(pages.LISTS)}),
    path(
        "sitemap-<section>.xml",
        pages.only_read(sitemap),
        {"sitemaps": sitemaps(pages.LISTS)},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path("search/", pages.search, name="search"),
        path("search/suggest/", pages.suggest, name="suggest"),
        path("opensearch.xml", pages.search_description, name="opensearch"),
        path("new/", pages.new, name="new"),
        way(MapPage),
        way(TimelinePage),
        way(StatisticsPage),
        path("statistics/views/", pages.only_read(MostReadPage.as_view(lists=pages.LISTS)), name=MostReadPage.name),
        path(
            "compare/",
            pages.only_read(ComparisonPage.as_view(kinds=compared)),
            name="compare",
        ),
        # Before the networks themselves: none can have this address.
        path("networks/overlap/", pages.only_read(OverlapPage.as_view(lists=[NetworkList])), name="overlap"),
        path("about/", pages.page_of_words("about/site.html"), name="about"),
        path("about/marks/", pages.page_of_words("about/marks.html"), name="marks"),
        path("about/licence/", pages.page_of_words("about/licence.html"), name="licence"),
        path("about/privacy/", pages.page_of_words("about/privacy.html"), name="privacy"),
        path("about/components/", never_cache(pages.only_read(ComponentsPage.as_view(lists=pages.LISTS)))),
        path(
            "accessibility/",
            pages.page_of_words("about/accessibility.html", assessed=date(2026, 11, 25), updated=date(2026, 11, 29)),
            name="accessibility",
        ),
        *(path(f"{name}/", include((urls, name))) for name, urls in sections.items()),
    ),
]
