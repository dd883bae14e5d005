"""Editing networks, their members, and the cities, organisations and themes they are made of."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_countries.filters import CountryFilter

from directory.acts import forget
from directory.admin import (
    DiscrepancyInline,
    FigureInline,
    LinkInline,
    ListedAdmin,
    PartsInline,
    RowAdmin,
    RowInline,
    ends_of,
    mark_edited,
)
from directory.dates import period
from networks.models import (
    City,
    Contact,
    Membership,
    Network,
    NetworkDiscrepancy,
    NetworkFigure,
    NetworkLink,
    Organisation,
    Theme,
    ThemeSet,
)

CONTACT = ("unit", "person", ("role_sv", "role_en"), "street", ("postal_code", "town"), "shown")
MEMBER = (("city", "organisation"), "role", ("since", "until"), "focus", "tandem")


class MemberForm(forms.ModelForm):
    """A member of a network that may be in the making."""

    def clean(self):
        """Refuse a focus outside a new network's own themes; the model looks at a saved network only."""
        super().clean()
        focus, network = self.cleaned_data.get("focus"), self.cleaned_data.get("network")
        if focus and network and not network.pk and focus.theme_set_id != network.themes_id:
            self.add_error("focus", _("Choose one of the network's own themes or fields."))


class MembershipInline(RowInline):
    """The network's members."""

    model = Membership
    form = MemberForm
    facts = MEMBER


class NetworkFigureInline(FigureInline):
    """Counts of the network."""

    model = NetworkFigure


class NetworkLinkInline(LinkInline):
    """Ways out of documents on the network."""

    model = NetworkLink


class NetworkDiscrepancyInline(DiscrepancyInline):
    """Statements on the network that do not agree."""

    model = NetworkDiscrepancy


class NetworkPartsInline(PartsInline):
    """Networks that are part of the network."""

    model = Network
    verbose_name_plural = _("networks that are part of it")
    fields = ("kind", "country", "status", "published")


@admin.register(Network)
class NetworkAdmin(ListedAdmin):
    """Networks of every kind."""

    columns = ("kind", "country", "parent", "status", "lifetime")
    filters = ("kind", "scope", "status", ("country", CountryFilter))
    facts = (
        ("kind", "scope"),
        ("parent", "country"),
        "status",
        ("verb", "started", "started_wording"),
        ("ended", "ended_wording"),
        ("themes", "actor_types"),
    )
    texts = (("description_sv", "description_en"),)
    inlines = (
        MembershipInline,
        NetworkFigureInline,
        NetworkLinkInline,
        NetworkDiscrepancyInline,
        NetworkPartsInline,
    )

    @admin.display(description=_("period"), ordering="started_earliest")
    def lifetime(self, network):
        """When it began and ended, in words."""
        return period(network.started, network.ended)


@admin.register(Membership)
class MembershipAdmin(RowAdmin):
    """Who is in which network."""

    columns = ("role", "since", "focus", "tandem")
    filters = ("role",)
    facts = ("network", *MEMBER)
    search_fields = (
        "network__search_text",
        "city__search_text",
        "organisation__search_text",
        "focus__search_text",
        "tandem",
    )


@admin.register(City)
class CityAdmin(ListedAdmin):
    """Cities and towns."""

    columns = ("country", "gazetteer")
    filters = (("country", CountryFilter), "gazetteer")
    facts = ("country", ("latitude", "longitude"), "geonames_id", "gazetteer")


def remove_person(contact, person):
    """Empty the name and the role, and the source's words where they hold the name of the person, in all versions."""
    if person and person.casefold() in contact.quote.casefold():
        contact.quote = ""
    contact.person = contact.role_sv = contact.role_en = ""
    forget(Contact, contact.pk, Contact.personal, Contact.naming)


class ContactForm(forms.ModelForm):
    """A contact, from which a person goes with all that tells of the person."""

    def save(self, commit=True):
        """Remove the person whose name was emptied."""
        person = self.initial.get("person", "")
        if person and not self.instance.person:
            remove_person(self.instance, person)
        return super().save(commit)


class ContactInline(RowInline):
    """Where the organisation is reached."""

    model = Contact
    form = ContactForm
    facts = CONTACT


@admin.register(Organisation)
class OrganisationAdmin(ListedAdmin):
    """Bodies that take part."""

    columns = ("acronym", "kind", "country", "city")
    filters = ("kind", ("country", CountryFilter))
    facts = (("kind", "acronym"), ("country", "city"))
    inlines = (ContactInline,)


@admin.register(Contact)
class ContactAdmin(RowAdmin):
    """Ways to reach organisations, and the one place where persons are."""

    form = ContactForm
    columns = ("organisation", "person", "shown")
    filters = ("shown", ("person", admin.EmptyFieldListFilter))
    facts = ("organisation", *CONTACT)
    search_fields = ("organisation__search_text", "unit", "person", "street", "town")
    actions = ("remove_person",)

    @admin.action(description=_("Remove the person"), permissions=["change"])
    def remove_person(self, request, queryset):
        """Remove the persons from many contacts at once."""
        contacts = list(queryset.exclude(person="", role_sv="", role_en=""))
        for contact in contacts:
            remove_person(contact, contact.person)
        Contact.objects.bulk_update(contacts, ["person", "role_sv", "role_en", "quote"])
        mark_edited([end for contact in contacts for end in ends_of(contact)])
        changed = [{"changed": {"fields": ["person"]}}]
        LogEntry.objects.log_actions(request.user.pk, contacts, CHANGE, changed, single_object=False)
        text = ngettext(
            "The person was removed from %(count)d contact.",
            "The persons were removed from %(count)d contacts.",
            len(contacts),
        )
        self.message_user(request, text % {"count": len(contacts)})


class TermsInline(PartsInline):
    """The terms of the set."""

    model = Theme
    fields = ("position", "published")
    ordering = ("position",)


@admin.register(ThemeSet)
class ThemeSetAdmin(ListedAdmin):
    """Vocabularies."""

    columns = ("kind", "stated_count", "extent")
    filters = ("kind", "extent")
    facts = ("kind", ("stated_count", "extent"))
    inlines = (TermsInline,)


@admin.register(Theme)
class ThemeAdmin(ListedAdmin):
    """Terms of vocabularies."""

    columns = ("theme_set", "position")
    filters = ("theme_set__kind", "theme_set")
    facts = (("theme_set", "position"),)
