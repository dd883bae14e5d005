"""keep.eu: projects of Interreg programmes and their partners; SweCRIS: Swedish publicly funded research."""

import re
from hashlib import blake2b

from django.utils.translation import gettext_lazy

from directory.imports.mapping import Column, Field, Identifier, Mapping, Name, Through, Told
from directory.imports.readers import address, amount, country, day, truth
from directory.sources import Source
from networks.models import City, Organisation
from projects.models import Grant, Participation, Programme, Project, ProjectFigure, ProjectLink

LONGEST_NAME = 250
CURRENCY_NOTE = {
    "note_sv": "Filen anger ingen valuta; att keep.eu anger belopp i euro är vår läsning.",
    "note_en": "The file states no currency; that keep.eu gives amounts in euros is our reading.",
}


def key_of(register, *parts):
    """Return a key that the same parts always give."""
    return f"{register}-{blake2b(chr(31).join(parts).encode(), digest_size=8).hexdigest()}"


def named(swedish, english="", *others):
    """Return the fields of a record's names; a name too long for its field stands whole among the other names."""
    fields = {"name_sv": swedish, "name_en": english}
    others = [each for each in others if each and each not in (swedish, english)]
    for name, value in fields.items():
        if len(value) > LONGEST_NAME:
            others.append(value)
            fields[name] = value[: LONGEST_NAME - 1].rsplit(" ", 1)[0] + "…"
    return {**fields, "other_names": "\n".join(dict.fromkeys(others))}


KEEP = Told(
    Source,
    (Field("slug", "keep-eu"),),
    {
        "slug": "keep-eu",
        "name_sv": "keep.eu – Interregprojekt 2014–2020",
        "name_en": "keep.eu – Interreg projects 2014–2020",
        "summary_sv": "Register över projekt i EU:s Interregprogram 2014–2020 och deras partner, samlat ur keep.eu för en doktorsavhandling.",
        "summary_en": "Register of projects in the EU's Interreg programmes 2014–2020 and their partners, collected from keep.eu for a doctoral thesis.",
        "url": "https://keep.eu/",
        "language": "en",
        "as_of": "2018~",
        "notice_sv": "Raden kommer ur ett register som har lästs in av ett program; ingen har gått igenom den här. Insamlingsåret är läst ur det senaste projektets start.",
        "notice_en": "The row comes from a register that was loaded by a program; nobody has gone through it here. The year of collection is read from the start of the latest project.",
    },
    only_new=True,
)
EU = Told(
    Organisation,
    (Name(("Europeiska unionen", "European Union"), any_country=True),),
    {
        "name_sv": "Europeiska unionen",
        "name_en": "European Union",
        "other_names": "EU",
        "source": KEEP,
        "locator": "EU Funding",
        "quote": "EU Funding",
    },
    only_new=True,
)


class Keep(Mapping):
    """What the two files of keep.eu have alike."""

    source = KEEP

    def label_of(self, line):
        """The acronym."""
        return line.text.get("Acronym") or ""

    def programme(self, line):
        """The programme."""
        name = line["Programme"].rstrip(". ")
        fields = {"name_sv": name, "name_en": name, "kind": Programme.Kind.PROGRAMME}
        fields |= {"source": KEEP, "locator": "Programme", "quote": name[:250]}
        return Told(Programme, (Name((name,), any_country=True),), fields, only_new=True)

    def project(self, line, **fields):
        """The project of a programme and acronym; without more fields, whatever is there is left as it is."""
        identifier = Identifier("keep.eu", f"{line['Programme']} / {line['Acronym']}")
        told = {
            **named(line["Acronym"]),
            "identifiers": str(identifier),
            "kind": Project.Kind.EU_PROJECT,
            "inferred_fields": "kind",
            "note_sv": "Registret omfattar projekt i EU:s Interregprogram; att de är EU-projekt är vår läsning.",
            "note_en": "The register holds projects in the EU's Interreg programmes; that they are EU projects is our reading.",
            "source": KEEP,
            "locator": "Programme, Acronym",
            "quote": line["Acronym"][:250],
            **fields,
        }
        return Told(Project, (identifier,), told, only_new=not fields, columns={"started": "Project start"})

    def partner(self, line, name, project, leads):
        """Yield a partner: the town, the organisation and its part in the project."""
        place = line["Town"].title() if line["Town"].isupper() else line["Town"]
        where = {"source": KEEP, "country": line["Country"], "locator": "Town", "quote": line["Town"]}
        city = Told(City, (Name((place,), line["Country"]),), {"name_sv": place, **where}, only_new=True)
        yield city
        fields = {"source": KEEP, "country": line["Country"], "city": city, "locator": "Project Partner"}
        by = (Name((name,), line["Country"], any_country=True),)
        organisation = Told(Organisation, by, {**named(name), **fields, "quote": name[:250]}, only_new=True)
        yield organisation
        key = key_of(
            "keep", line["Programme"], line["Acronym"], name.casefold(), line["Country"], line["Town"].casefold()
        )
        fields = {
            "key": key,
            "project": project,
            "organisation": organisation,
            "role": Participation.Role.LEAD if leads else Participation.Role.PARTNER,
            "source": KEEP,
            "locator": "Lead Partner" if leads else "Project Partner",
            "quote": name[:250],
        }
        yield Told(Participation, (Field("key", key),), fields)

    def website(self, line, project):
        """The project's address; the two files and the lines of several leads give the same."""
        key = key_of("keep-link", line["Programme"], line["Acronym"])
        fields = {"key": key, "project": project, "label_sv": "Webbplats", "label_en": "Website"}
        fields |= {"url": line["Website"], "source": KEEP, "locator": "Website"}
        return Told(ProjectLink, (Field("key", key),), fields, only_new=True)


class KeepProjects(Keep):
    """The projects, with their leads, their budget and what the EU pays."""

    name = "keep-projects"
    label = gettext_lazy("keep.eu: Interreg projects 2014–2020")
    model = Project
    columns = [
        Column("Programme", required=True),
        Column("Acronym", required=True),
        Column("Project Name"),
        Column("Project Name language 2"),
        Column("Lead Partner", required=True),
        Column("Town", required=True),
        Column("Country", country, required=True),
        Column("Budget", amount),
        Column("EU Funding", amount),
        Column("Website", address),
        Column("Project start", day("%Y/%m/%d")),
        Column("Project end", day("%Y/%m/%d")),
    ]
    unread = {
        "Thematic1": "our projects point to a vocabulary of their own, and this is one of all projects",
        "Thematic2": "see Thematic1",
        "Thematic3": "see Thematic1",
        "Description EN": "a register's sentences are not ours to repeat",
        "Achievements EN": "a register's sentences are not ours to repeat",
    }

    def tell(self, line):
        """A project; it stands once for each lead, so that all but the lead is told alike by several lines."""
        yield KEEP
        acronym, title, other = line["Acronym"], line["Project Name"] or "", line["Project Name language 2"] or ""
        names = named(title or other or acronym, title, acronym, other)
        project = self.project(line, **names, started=line["Project start"], ended=line["Project end"])
        yield project
        if line["Website"]:
            yield self.website(line, project)
        yield from self.partner(line, line["Lead Partner"], project, leads=True)
        if line["EU Funding"] is not None:
            programme = self.programme(line)
            yield programme
            yield EU
            yield self.grant(line, project, programme)
        if line["Budget"] is not None:
            yield self.budget(line, project)

    def grant(self, line, project, programme):
        """What the EU pays, under the programme."""
        key = key_of("keep-grant", line["Programme"], line["Acronym"])
        fields = {
            "key": key,
            "project": project,
            "funder": EU,
            "programme": programme,
            "amount": line["EU Funding"],
            "currency": "EUR",
            "inferred_fields": "currency",
            "source": KEEP,
            "locator": "EU Funding",
            "quote": line.text["EU Funding"],
            **CURRENCY_NOTE,
        }
        return Told(Grant, (Field("key", key),), fields)

    def budget(self, line, project):
        """The whole budget, in whole euros: a figure that is exact only where the register gives no cents."""
        key, whole = key_of("keep-budget", line["Programme"], line["Acronym"]), int(line["Budget"])
        fields = {
            "key": key,
            "project": project,
            "measure": "budget-in-euro",
            "qualifier": "exact" if whole == line["Budget"] else "about",
            "value": whole,
            "wording": line.text["Budget"].strip(),
            "certainty": "inferred",
            "source": KEEP,
            "locator": "Budget",
            "quote": line.text["Budget"].strip(),
            **CURRENCY_NOTE,
        }
        return Told(ProjectFigure, (Field("key", key),), fields)


class KeepPartners(Keep):
    """Who takes part in the projects."""

    name = "keep-partners"
    label = gettext_lazy("keep.eu: partners in Interreg projects 2014–2020")
    model = Participation
    columns = [
        Column("Programme", required=True),
        Column("Acronym", required=True),
        Column("Project Partner", required=True),
        Column("Lead Partner", truth, required=True),
        Column("Town", required=True),
        Column("Country", country, required=True),
        Column("Website", address),
    ]
    unread = {"Legal Status": "public or private is no kind of organisation of ours"}

    def label_of(self, line):
        """The partner and the acronym."""
        return f"{line.text.get('Project Partner')} – {line.text.get('Acronym')}"

    def tell(self, line):
        """A partner of a project."""
        yield KEEP
        project = self.project(line)
        yield project
        if line["Website"]:
            yield self.website(line, project)
        yield from self.partner(line, line["Project Partner"], project, line["Lead Partner"])


SWECRIS = Told(
    Source,
    (Field("slug", "swecris"),),
    {
        "slug": "swecris",
        "name_sv": "SweCRIS – offentligt finansierad forskning i Sverige",
        "name_en": "SweCRIS – publicly funded research in Sweden",
        "summary_sv": "Register över forskningsprojekt som svenska finansiärer betalar: titlar, tider, vem som samordnar, vem som betalar och hur mycket.",
        "summary_en": "Register of research projects that Swedish funders pay for: titles, times, who coordinates, who pays and how much.",
        "url": "https://www.swecris.se/",
        "language": "sv",
        "as_of": "2025-08-15",
        "notice_sv": "Raden kommer ur ett register som har lästs in av ett program; ingen har gått igenom den här. Dagen är den sista i filens kolumn loadedDate.",
        "notice_en": "The row comes from a register that was loaded by a program; nobody has gone through it here. The day is the last in the file's column loadedDate.",
    },
    only_new=True,
)
# The register's words for sorts of organisation that are one of ours; “governmental” may be a municipality or a region.
SORTS = {
    "Universitet": Organisation.Kind.UNIVERSITY,
    "Högskola": Organisation.Kind.UNIVERSITY,
    "Företag": Organisation.Kind.COMPANY,
}


class SwecrisProjects(Mapping):
    """Research projects with who coordinates and who pays."""

    name = "swecris-projects"
    label = gettext_lazy("SweCRIS: publicly funded research in Sweden")
    model = Project
    source = SWECRIS
    columns = [
        Column("projectId", required=True),
        Column("projectTitleSv"),
        Column("projectTitleEn"),
        Column("projectStartDate", day("%Y-%m-%d")),
        Column("projectEndDate", day("%Y-%m-%d")),
        Column("coordinatingOrganisationId"),
        Column("coordinatingOrganisationNameSv", required=True),
        Column("coordinatingOrganisationNameEn"),
        Column("coordinatingOrganisationTypeOfOrganisationSv"),
        Column("fundingOrganisationId"),
        Column("fundingOrganisationNameSv", required=True),
        Column("fundingOrganisationNameEn"),
        Column("fundingOrganisationTypeOfOrganisationSv"),
        Column("fundingsSek", amount),
    ]
    unread = {
        "projectAbstractSv": "a register's sentences are not ours to repeat",
        "projectAbstractEn": "a register's sentences are not ours to repeat",
        "coordinatingOrganisationTypeOfOrganisationEn": "the Swedish column says it",
        "fundingOrganisationTypeOfOrganisationEn": "the Swedish column says it",
        "fundingYear": "our grants have no dates of their own",
        "fundingStartDate": "our grants have no dates of their own",
        "fundingEndDate": "our grants have no dates of their own",
        "typeOfAwardId": "our grants have no sorts",
        "typeOfAwardDescrSv": "our grants have no sorts",
        "typeOfAwardDescrEn": "our grants have no sorts",
        "updatedDate": "when the register changed a line is no fact of the project",
        "loadedDate": "tells how old the file is; see the source",
        "scbs": "a classification of research by subject that our vocabularies do not hold",
    }

    def label_of(self, line):
        """The reference."""
        return line.text.get("projectId") or ""

    def organisation(self, line, column):
        """The coordinator or the funder."""
        number, swedish = line[f"{column}Id"], line[f"{column}NameSv"]
        english, sort = line[f"{column}NameEn"] or "", line[f"{column}TypeOfOrganisationSv"]
        fields = {**named(swedish, english), "source": SWECRIS, "locator": f"{column}NameSv", "quote": swedish[:250]}
        by = (Name(tuple(filter(None, [swedish, english])), any_country=True),)
        if number:
            fields["identifiers"] = f"Organisationsnummer: {number}"
            by = (Identifier("Organisationsnummer", number), *by)
        if sort in SORTS:
            fields["kind"] = SORTS[sort]
        return Told(Organisation, by, fields, only_new=True)

    def tell(self, line):
        """A project, its coordinator, and the grant under its reference."""
        yield SWECRIS
        identity, source = line["projectId"], {"source": SWECRIS, "locator": f"projectId {line['projectId']}"}
        reference = identity.rpartition("_")[0] or identity
        coordinator = self.organisation(line, "coordinatingOrganisation")
        funder = self.organisation(line, "fundingOrganisation")
        yield coordinator
        yield funder
        title = line["projectTitleSv"] or line["projectTitleEn"] or identity
        paid = line["fundingOrganisationNameSv"]
        project = Told(
            Project,
            (Identifier("SweCRIS", identity), Through("grants__reference", reference, "grants__funder__name_sv", paid)),
            {
                "slug": re.sub(r"[^a-z0-9]+", "-", identity.casefold()).strip("-"),
                **named(title, line["projectTitleEn"] or ""),
                "identifiers": f"SweCRIS: {identity}",
                "started": line["projectStartDate"],
                "ended": line["projectEndDate"],
                **source,
            },
            columns={"started": "projectStartDate", "ended": "projectEndDate"},
        )
        yield project
        key = f"swecris-{project.fields['slug']}"
        row = {"key": key, "project": project, **source}
        role = {"organisation": coordinator, "role": Participation.Role.COORDINATOR}
        yield Told(Participation, (Field("key", key),), {**row, **role})
        money = {"reference": reference, "amount": line["fundingsSek"], "funder": funder}
        money["currency"] = "" if line["fundingsSek"] is None else "SEK"
        yield Told(Grant, (Field("key", key),), {**row, **money}, columns={"amount": "fundingsSek"})
