"""What others would do with the same records: facets counted by an ordinary Django project, and by Datasette."""

import sqlite3
import subprocess
import sys

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, ExtractYear, Now
from django.http import HttpResponse
from django.template import engines

from bench import HOME
from directory import reading
from directory.templatetags import words
from networks.models import City, Organisation, Theme
from projects.models import Grant, Participation, Programme, Project

# Each facet's path, and what its values are the keys of.
FACETS = {
    "kind": ("kind", None),
    "status": ("status", None),
    "funder": ("grants__funder", Organisation),
    "programme": ("grants__programme", Programme),
    "country": ("participations__country", None),
    "theme": ("themes__terms", Theme),
}
# The other groups that our own page counts, as nearly as one GROUP BY says them: of a project's years only the first.
STANDING = Case(
    When(ended_latest__lt=Now(), then=Value("ended")),
    When(started_earliest__gt=Now(), then=Value("upcoming")),
    default=Value("ongoing"),
)
OTHERS = {
    "now": (STANDING, None),
    "city": ("participations__city", City),
    "year": (ExtractYear("started_earliest"), None),
    "partner": ("participations__organisation", Organisation),
    "currency": ("grants__currency", None),
}
TEMPLATE = """<!doctype html><title>Projects</title><h1>{{ count }}</h1>
{% for name, values in groups %}<h2>{{ name }}</h2>
<ul>{% for label, count in values %}<li>{{ label }} {{ count }}</li>{% endfor %}</ul>{% endfor %}
<ol>{% for project in page %}<li><a href="/sv/projects/{{ project.slug }}/">{{ project.name_sv }}</a></li>{% endfor %}</ol>"""
PAGE = engines["django"].from_string(TEMPLATE)
VENV = HOME / "datasette-venv"
COLUMNS = ("name", "kind", "status", "year", "funder", "programme", "country", "theme")
FLAT = """INSERT INTO bench_project SELECT NULL, name_sv, kind, status, substr(started_earliest, 1, 4),
  (SELECT slug FROM projects_grant g JOIN networks_organisation o ON o.id = funder_id WHERE project_id = p.id LIMIT 1),
  (SELECT slug FROM projects_grant g JOIN projects_programme o ON o.id = programme_id WHERE project_id = p.id LIMIT 1),
  (SELECT lower(country) FROM projects_participation WHERE project_id = p.id AND country != '' LIMIT 1),
  (SELECT slug FROM networks_theme t WHERE t.theme_set_id = p.themes_id LIMIT 1)
FROM projects_project p WHERE published ORDER BY sort_sv, slug"""
# The same with all values that a project has, as Datasette counts them: a list in JSON.
LISTED = ("funder", "programme", "country", "theme")
LISTS = """INSERT INTO bench_lists SELECT NULL, name_sv, kind, status, substr(started_earliest, 1, 4),
  (SELECT json_group_array(DISTINCT slug) FROM projects_grant JOIN networks_organisation o ON o.id = funder_id
    WHERE project_id = p.id),
  (SELECT json_group_array(DISTINCT slug) FROM projects_grant JOIN projects_programme o ON o.id = programme_id
    WHERE project_id = p.id),
  (SELECT json_group_array(DISTINCT lower(country)) FROM projects_participation WHERE project_id = p.id AND country != ''),
  (SELECT json_group_array(slug) FROM networks_theme t WHERE t.theme_set_id = p.themes_id)
FROM projects_project p WHERE published ORDER BY sort_sv, slug"""


def condition(name, value):
    """Return what one filter asks; that rows between are public is left out."""
    if name == "country":
        return Exists(Participation.objects.filter(project=OuterRef("pk"), country=value.upper()))
    if name == "funder":
        funder = Organisation.objects.filter(slug=value).values("pk")[:1]
        return Exists(Grant.objects.filter(project=OuterRef("pk"), funder=funder))
    if name == "year":
        return Q(begins__lte=f"{value}-12-31", ends__gte=f"{value}-01-01")
    return Q(themes__terms__slug=value) if name == "theme" else Q(**{name: value})


def ordinary(request):
    """Twenty-five projects by name, and six facets, each counted by one GROUP BY without its own filter.

    With `facets=all` as many as our own page has.
    """
    chosen = {name: condition(name, value) for name, value in request.GET.items() if name in {*FACETS, "year"}}

    def kept(but=None):
        rows = Project.objects.filter(published=True)
        if "year" in chosen:
            rows = rows.alias(begins=Coalesce("started_earliest", "ended_earliest"))
            rows = rows.alias(ends=Coalesce("ended_latest", "started_latest"))
        return rows.filter(*(each for name, each in chosen.items() if name != but))

    groups = []
    for name, (path, model) in (FACETS | OTHERS if "facets" in request.GET else FACETS).items():
        rows = (
            kept(name)
            .order_by()
            .values_list(path)
            .annotate(count=Count("pk", distinct=isinstance(path, str) and "__" in path))
        )
        values = [(value, count) for value, count in rows.order_by("-count")[:11] if value]
        labels = model.objects.in_bulk([value for value, _count in values]) if model else {}
        groups.append((name, [(labels[value].name_sv if model else value, count) for value, count in values]))
    page = kept().order_by("sort_sv", "slug").only("slug", "name_sv")[:25]
    context = {"count": kept().count(), "groups": groups, "page": page}
    return HttpResponse(PAGE.render(context))


class ForgetWhenAsked:
    """Forgets the pieces of pages that were drawn before, when a request says `Cold: yes`."""

    def __init__(self, get_response):
        """Stand before all others."""
        self.get_response = get_response

    def __call__(self, request):
        """Answer as the site does."""
        if "HTTP_COLD" in request.META:
            words._pieces.clear()
            for each in reading._shared.get("default", {}).values():
                each.kept.clear()
        return self.get_response(request)


def datasette():
    """Return the command that serves the SQLite copy in Datasette's fastest form: flat, indexed tables in order.

    One has a single value in each column, which is less than a project has; the other has all values, in lists.
    """
    program, flat, inspected = VENV / "bin" / "datasette", HOME / "flat.sqlite3", HOME / "flat.json"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        pip = [VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "datasette==0.65.5"]
        subprocess.run(pip, check=True)
    flat.unlink(missing_ok=True)
    with sqlite3.connect(HOME / "work.sqlite3") as connection:
        connection.execute("ATTACH ? AS flat", [str(flat)])
        connection.execute(f"CREATE TABLE flat.bench_project (id INTEGER PRIMARY KEY, {' TEXT, '.join(COLUMNS)} TEXT)")
        connection.execute(FLAT)
        for column in COLUMNS:
            connection.execute(f"CREATE INDEX flat.by_{column} ON bench_project ({column})")
        connection.execute(f"CREATE TABLE flat.bench_lists (id INTEGER PRIMARY KEY, {' TEXT, '.join(COLUMNS)} TEXT)")
        connection.execute(LISTS)
        for column in {*COLUMNS} - {*LISTED}:
            connection.execute(f"CREATE INDEX flat.listed_by_{column} ON bench_lists ({column})")
        connection.execute("ANALYZE flat")
    connection.close()
    subprocess.run([program, "inspect", flat, "--inspect-file", inspected], check=True)
    settings = {"suggest_facets": "off", "default_page_size": 25, "default_facet_size": 10}
    settings |= {"facet_time_limit_ms": 600_000, "sql_time_limit_ms": 600_000}
    wishes = " ".join(f"--setting {name} {value}" for name, value in settings.items())
    return [
        f"{program}",
        "serve",
        "--immutable",
        f"{flat}",
        "--inspect-file",
        f"{inspected}",
        "--port",
        "PORT",
        *wishes.split(),
    ]
