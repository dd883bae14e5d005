"""Pages that belong to no single kind of record: home, search across everything, about, errors, health."""

from django import forms
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_from_request, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from directory import latest
from directory import search as folded
from directory.lists import Found, corrections, tidy
from directory.maps import Map, closer_map
from directory.places import places
from directory.suggestions import suggested
from directory.sums import counted
from directory.views import SourceList
from meetings.views import MeetingList
from networks.views import CityList, NetworkList, OrganisationList, ThemeList
from practices.views import CallList, PracticeList
from projects.views import FunderList, ProgrammeList, ProjectList, PublicationList

LISTS = [
    NetworkList,
    ProjectList,
    MeetingList,
    CityList,
    OrganisationList,
    FunderList,
    ProgrammeList,
    ThemeList,
    PublicationList,
    PracticeList,
    CallList,
    SourceList,
]
SHOWN_PER_KIND = 5
SHOWN_PER_QUESTION = 6
# What the page of what is new holds, and how many of it the start page.
LATEST, LATEST_FEW, LATEST_SOURCES = 50, 5, 20


def site(request):
    """Give every template what belongs to the whole site: the lists, who answers, the page in the other language."""
    language, names = get_language() or settings.LANGUAGE_CODE, dict(settings.LANGUAGES)
    _root, code, *more = *request.path.split("/", 2), ""
    query = request.META.get("QUERY_STRING", "")
    rest = f"/{more[0]}{'?' if query else ''}{query}" if code in names else "/"
    return {
        "lists": LISTS,
        "languages": [
            {"code": code, "name": name, "root": f"/{code}", "active": code == language} for code, name in names.items()
        ],
        # What follows the language in the page's address.
        "rest": rest,
        # What says that the page is a preview, and leads back to the form; on no page that visitors see.
        "preview": getattr(request, "preview", None),
        "site_owner": settings.SITE_OWNER,
        "site_email": settings.SITE_EMAIL,
    }


def only_read(view):
    """Answer 405 to whatever would send something to a page that only tells; no form is ever sent there."""
    return csrf_exempt(require_safe(view))


def front_door(request):
    """Send a visitor without a language in the address to the one the browser asks for."""
    response = redirect(f"/{get_language_from_request(request)}/")
    response["Vary"] = "Accept-Language"
    return response


# What people come with: the question, the list and the group of its filters whose most frequent values are shown, and
# the list of those values where they have pages of their own, or else the name of the page that shows one of them.
QUESTIONS = [
    (_("My city"), NetworkList, "city", CityList),
    (_("A theme"), ProjectList, "theme", ThemeList),
    (_("A funder"), ProjectList, "funder", FunderList),
    (_("A country"), CityList, "country", "map"),
    (_("A year"), MeetingList, "year", "timeline"),
]


def frequent(group, of):
    """Return (choice, its count in words) of those choices of one group that most records of a list have."""
    filters = of.filterset_class(QueryDict())
    choices = filters.filters[group].offer(filters, filters.found, "").choices
    most = sorted(choices, key=lambda choice: -choice.count)[:SHOWN_PER_QUESTION]
    return [(each, counted(of.model, each.count)) for each in most]


@only_read
def home(request):
    """Say what there is, in numbers that agree with the lists, and lead to it by what people ask."""
    entries = [{"list": each, "count": len(each.filterset_class(QueryDict()).found)} for each in LISTS]
    questions = [
        {"title": title, "of": of, "group": group, "page": page, "choices": frequent(group, of)}
        for title, of, group, page in QUESTIONS
    ]
    found = {"entries": entries, "questions": questions, "map": map_of_cities(), "changes": changed_lately()}
    return render(request, "home.html", found)


def map_of_cities():
    """Return the map of all cities whose coordinates are known, or None where there are none."""
    spots = [place for place in places(CityList.filterset_class(QueryDict())) if place.placed]
    title = _("Cities in the directory")
    return Map(spots, CityList.model.shape, str(title), closer_map(of="cities"), form="wide") if spots else None


def changed_lately(most=LATEST_FEW):
    """Return the latest changes to records of all kinds, for the start page or for a page of their own; two queries."""
    return latest.changes([each.model for each in LISTS], most)


@only_read
def new(request):
    """Say what was edited or verified lately, day by day, and which sources were updated when."""
    changes = changed_lately(LATEST)
    return render(
        request,
        "new.html",
        {
            "days": latest.by_day(changes),
            "cut": len(changes) >= LATEST,
            "most": LATEST,
            "sources": latest.sources_by_date(LATEST_SOURCES),
        },
    )


class SearchForm(forms.Form):
    """The words of a search across everything."""

    q = forms.CharField(label=_("Words"), required=False, max_length=folded.LONGEST_QUERY)


def searched(query, corrected):
    """Return (list, its filters, its address) for every list in which a search finds something.

    The filters are read from the address of the list of all results, so that the counts agree.
    """
    found = []
    for each in LISTS:
        address = each().everything(query)
        filters = each.filterset_class(QueryDict(address.partition("?")[2]), corrected=corrected)
        if filters.found:
            found.append((each, filters, address))
    return found


@only_read
def search(request):
    """Search every kind of record at once, the best few of each and the way to the rest."""
    if tidier := tidy(request):
        return tidier
    form = SearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    found = searched(query, corrected=False) or searched(query, corrected=True) if folded.words(query) else []
    groups = [
        {
            "list": each,
            "rows": Found(filters, "relevance")[:SHOWN_PER_KIND],
            "count": len(filters.found),
            "all": address,
        }
        for each, filters, address in found
    ]
    suggestions = {word: nearest for _each, filters, _address in found for word, nearest in filters.suggestions()}
    return render(
        request,
        "search.html",
        {
            "form": form,
            "query": query,
            "groups": groups,
            "count": sum(group["count"] for group in groups),
            "remarks": list(folded.unsearched(query)),
            "suggestions": corrections(suggestions.items(), query),
        },
    )


@only_read
def suggest(request):
    """Name the few records that somebody who types in a search box may mean: a piece of a page, for the script."""
    form = SearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    response = render(request, "components/suggested.html", {"suggested": suggested(LISTS, query)})
    response["X-Robots-Tag"] = "noindex"
    return response


@only_read
def search_description(request):
    """Tell a browser how to search here from its own address bar, as OpenSearch lays it down."""
    address = request.build_absolute_uri(reverse("search"))
    return render(request, "opensearch.xml", {"address": address}, content_type="application/opensearchdescription+xml")


def page_of_words(template, **words):
    """Return a view for a page that only explains, perhaps with a date or a number."""
    return only_read(lambda request: render(request, template, words))


@only_read
def robots(request):
    """Tell crawlers where the records are, and to leave alone what never ends: lists narrowed by many filters at once."""
    return render(request, "robots.txt", content_type="text/plain")


@only_read
def alive(request):
    """Tell an operator that the process answers; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@only_read
def ready(request):
    """Tell an operator whether the process can serve pages: 503 while the database is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("the database is away", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")


def _error(request, template, status, **context):
    """Show an error page in the language of the address or, without one, of the browser."""
    code = request.path.split("/")[1] if request.path.count("/") > 1 else ""
    language = code if code in dict(settings.LANGUAGES) else get_language_from_request(request)
    with override(language):
        return render(request, template, context, status=status)


def unreadable(request, exception=None):
    """400: what was sent cannot be read."""
    return _error(request, "400.html", 400)


def refused(request, exception=None, reason=""):
    """403: not allowed, or a form that was open for too long."""
    return _error(request, "403.html", 403)


def missing(request, exception=None):
    """404: nothing at this address; its last words are offered as a search."""
    words = folded.words(request.path.rstrip("/").rpartition("/")[2].replace("-", " "))
    return _error(request, "404.html", 404, sought=" ".join(words)[: folded.LONGEST_QUERY])


def broken(request):
    """500: our fault."""
    return _error(request, "500.html", 500)


def unavailable(request):
    """503: the database is away for the moment."""
    response = _error(request, "503.html", 503)
    response["Retry-After"] = "30"
    return response
