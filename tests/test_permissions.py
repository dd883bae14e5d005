"""Who gets which answer from every address there is, by every method, against the table in permissions.txt."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern

from directory.acts import act, remembered
from directory.imports.models import Import
from directory.pages import LISTS
from directory.readers import ReaderWord
from directory.roles import RECORDS, ROLES, ROWS, kind_of
from practices.models import MailText
from tests import factories as make
from tests.judging import nominated, reviewer
from tests.people import give_app, person
from tests.test_admin import MAKERS

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parent / "permissions.txt"
WHO = ("nobody", "outsider", "closed", "no-factor", "no-role", *ROLES)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# Writes that are no change of what the site holds: sessions, and counts of tries.
OWN_BOOKS = ("django_session", "directory_throttle")


# The table


def kinds():
    """Return what stands for many models in the table: {record} and {row}; a funder has rules of its own."""
    models = [model for model in admin.site._registry if model._meta.model_name != "funder"]
    return {
        name: [f"{model._meta.app_label}/{model._meta.model_name}" for model in models if kind_of(model) == kind]
        for name, kind in (("{record}", RECORDS), ("{row}", ROWS))
    } | {"{section}": [each.model.section for each in LISTS]}


def rules():
    """Read the table: return {address: {(method, who): answer}}; an address has one rule."""
    found, block = {}, {}
    for number, line in enumerate(TABLE.read_text().splitlines(), start=1):
        line = line.partition("#")[0].rstrip()
        if line.startswith("["):
            block = {}
        elif line.startswith("/"):
            for address in expanded(line):
                assert address not in found, f"line {number}: {address} has two rules"
                found[address] = block
        elif line:
            methods, _, answers = line.partition(":")
            answers = answers.split()
            answers = answers * len(WHO) if len(answers) == 1 else answers
            answers += answers[WHO.index("no-role") :][:1] if len(answers) == len(WHO) - 1 else []
            assert len(answers) == len(WHO), f"line {number}: {len(answers)} answers, {len(WHO)} wanted"
            for method in methods.split():
                for who, answer in zip(WHO, answers, strict=True):
                    assert (method, who) not in block, f"line {number}: {method} stands twice"
                    block[method, who] = answer
    return found


def expanded(address):
    """Return the addresses that one line stands for."""
    for name, words in kinds().items():
        if name in address:
            return [address.replace(name, word) for word in words]
    return [address]


# The addresses


def addresses(resolver=None, before="/"):
    """Yield every address that the resolver knows, with its placeholders."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each.pattern, LocalePrefixPattern):
            part = "<language>/"
        elif isinstance(each.pattern, RegexPattern):
            part = simplify_regex(str(each.pattern)).lstrip("/")
        else:
            part = str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from addresses(each, before + part)
        else:
            yield before + part


def filled(address, samples):
    """Return the address with something that there is for each placeholder."""
    at_desk = re.match(r"/admin/(\w+)/(\w+)/", address)
    public = re.match(r"/<language>/([\w-]+)/", address)
    own = samples.get("_".join(at_desk.groups())) if at_desk else samples.get(public[1]) if public else None
    kind = "_".join(at_desk.groups()) if at_desk else ""
    values = {
        "number": samples["versions"].get(("deleted/" if "/deleted/" in address else "", kind), ""),
        "pk": getattr(own, "pk", ""),
        "name": "networks",
        "what": "template",
        "form": "csv",
        "kind": "date",
        "language": "sv",
        "slug": getattr(own, "slug", ""),
        "object_id": getattr(own, "pk", ""),
        "id": getattr(own, "pk", ""),
        "section": "networks-sv",
        "app_label": "networks",
        "content_type_id": samples["type"],
        "url": "nothing/here",
        "uidb36": "1",
        "key": "set-password",
        "secret": "0" * 40,
    }
    if address.startswith("/admin/r/"):
        values["object_id"] = samples["networks_network"].pk
    if address == "/admin/autocomplete/":
        return f"{address}?app_label=networks&model_name=membership&field_name=network"
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), address)


# The people and the cells


class Quick(Client):
    """A client that looks at the answer alone; noting every template that was drawn would take most of the time."""

    def request(self, **request):
        """Hand the request to the site."""
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


@pytest.fixture
def samples():
    """One record or row of every kind, which nothing else rests on."""
    found = {name: maker() for name, maker in MAKERS.items()}
    found["directory_source"] = make.make_source()
    found["auth_user"] = person("somebody", role="editor")
    found["auth_group"] = Group.objects.create(name="guests")
    found["admin_logentry"] = None
    found["practices_nomination"], found["practices_reviewer"] = nominated(), reviewer("rut")
    found["practices_mailtext"] = MailText.objects.create(name="receipt", subject_sv="Tack")
    found["directory_import"] = Import.objects.create(mapping="networks", user=person("importer", role="editor"))
    found["directory_readerword"] = ReaderWord.objects.create(kind="correction", language="sv", text="Fel.")
    found["versions"] = remember(found, found["auth_user"])
    found.setdefault("practices_nominationround", make.make_round())
    found["type"] = ContentType.objects.get_for_model(type(found["networks_network"])).pk
    sections = {each.model.section: each.model for each in LISTS}
    found |= {
        section: next(each for each in found.values() if type(each) is model) for section, model in sections.items()
    }
    return found


def remember(found, user):
    """Let somebody change each sample and delete another of its kind; return {"deleted/" or "", kind: version}."""
    versions = {}
    for name, record in found.items():
        model = type(record)
        version = record and remembered(model)
        if version is None or model._meta.proxy:
            continue
        other = MAKERS[name]() if name in MAKERS else make.make_source()
        column = "publisher" if name == "directory_source" else "locator"
        with act(user):
            model.objects.filter(pk=record.pk).update(**{column: "changed"})
            other.delete()
        changed, gone = version.objects.filter(id=record.pk), version.objects.filter(history_type="-")
        versions["", name], versions["deleted/", name] = changed.first().history_id, gone.first().history_id
    versions["", "projects_funder"] = versions["", "networks_organisation"]
    return versions


@pytest.fixture
def people():
    """A browser for each of those who may come."""
    browsers = {who: Quick() for who in WHO}
    users = {
        "outsider": person("outsider", is_staff=False),
        "closed": person("closed", role="administrator", is_active=False),
        "no-factor": person("no-factor", role="administrator"),
        "no-role": person("no-role"),
        **{role: person(role, role=role) for role in ROLES},
    }
    for who, user in users.items():
        if who != "no-factor":
            give_app(user)
        browsers[who].force_login(user, second_factor=who != "no-factor")
    return browsers


@pytest.fixture(autouse=True)
def drawn_once(monkeypatch):
    """Draw the desk's pages for GET alone: HEAD and a refused form draw the same again, and that takes the time."""
    drawn = SimpleTemplateResponse.rendered_content

    def once(response):
        return drawn.fget(response) if response._request.method == "GET" else ""

    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(once))


class Cell:
    """One question: who asks which address how; `answer` is the status, with `!` if something was written."""

    def __init__(self, browser, method, address, sample):
        self.browser, self.method, self.address, self.sample = browser, method, address, sample
        self.wrote = False

    def watch(self, execute, sql, params, many, context):
        """Note a write of anything but our own books."""
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not any(book in sql for book in OWN_BOOKS):
            self.wrote = True
        return execute(sql, params, many, context)

    @property
    def answer(self):
        """Ask, and take back what it did."""
        method, _, action = self.method.partition("+")
        data = {"post": "yes"}
        if action:
            data |= {"action": action, "_selected_action": getattr(self.sample, "pk", ""), "index": "0"}
        cookies = self.browser.cookies.copy()
        with transaction.atomic():
            with connection.execute_wrapper(self.watch):
                ask = getattr(self.browser, method.lower())
                response = ask(self.address, data) if method == "POST" else ask(self.address)
            transaction.set_rollback(True)
        self.browser.cookies = cookies
        return f"{response.status_code}{'!' if self.wrote else ''}"


def test_every_address_has_a_rule_and_every_rule_an_address():
    known, ruled = set(addresses()), set(rules())

    assert sorted(known - ruled) == [], "addresses without a rule in permissions.txt"
    assert sorted(ruled - known) == [], "rules in permissions.txt for addresses that are not there"


def test_every_rule_speaks_of_every_method():
    silent = {
        (address, method)
        for address, rule in rules().items()
        for method in METHODS
        for who in WHO
        if (method, who) not in rule
    }

    assert sorted(silent) == []


@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_the_answer_that_the_table_says(samples, people, who):
    wrong = []
    for address, rule in rules().items():
        at_desk = re.match(r"/admin/(\w+)/(\w+)/", address)
        sample = samples.get("_".join(at_desk.groups())) if at_desk else None
        for method, expected in [(method, answer) for (method, each), answer in rule.items() if each == who]:
            answer = Cell(people[who], method, filled(address, samples), sample).answer
            if answer != expected:
                wrong.append(f"{method} {address} as {who}: {answer}, and not {expected}")

    assert wrong == [], "\n".join(wrong)
