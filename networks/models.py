"""Networks, their members, and the cities, organisations and themes they are made of."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from directory.bases import (
    LARGEST_NUMBER,
    LARGEST_SMALL_NUMBER,
    Bilingual,
    Listed,
    Row,
    Sourced,
    Status,
    bounds_in_order,
    long_text,
    not_its_own_parent,
    refuse_circle,
    short_text,
    starts_before_it_ends,
)
from directory.dates import EDTFField, period
from directory.facts import Fact, few, known, value_of
from directory.figures import Discrepancy, Figure, Link
from networks.querysets import (
    CityQuerySet,
    ContactQuerySet,
    MembershipQuerySet,
    NetworkQuerySet,
    OrganisationQuerySet,
    ThemeQuerySet,
    ThemeSetQuerySet,
)


class City(Listed, Sourced):
    """A city or town that a source names."""

    section = "cities"
    shape = "city"
    compared = True

    country = CountryField(_("country"), blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees north, WGS 84."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees east, WGS 84."),
    )
    geonames_id = models.PositiveIntegerField(
        _("GeoNames id"), null=True, blank=True, unique=True, validators=[MaxValueValidator(LARGEST_NUMBER)]
    )
    gazetteer = models.ForeignKey(
        "directory.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cities_described",
        verbose_name=_("gazetteer"),
        help_text=_("Where the country, the coordinates, the code and the name in the other language come from."),
    )

    sources = ("source", "gazetteer")
    objects = CityQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="city_coordinates_come_in_pairs",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Give both coordinates or neither."),
            ),
            models.CheckConstraint(
                name="city_coordinates_have_a_source",
                condition=Q(latitude__isnull=True, geonames_id__isnull=True) | Q(gazetteer__isnull=False),
                violation_error_message=_("Say which gazetteer the coordinates and the code come from."),
            ),
        ]

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Country"), self.country),
            Fact.of(
                _("Networks"),
                *(row.network_as_read() for row in self.memberships.all()),
                silence=_("none named in the sources"),
            ),
        ]


class Organisation(Listed, Sourced):
    """A body that takes part: a municipality, a university, a company, an authority, an association."""

    class Kind(models.TextChoices):
        """What sort of body it is, as far as the source says."""

        MUNICIPALITY = "municipality", _("municipality")
        UNIVERSITY = "university", _("university")
        COMPANY = "company", _("company")
        AUTHORITY = "authority", _("public authority")
        EU_INSTITUTION = "eu-institution", _("EU institution")
        INTERNATIONAL = "international-organisation", _("international organisation")
        RESEARCH_CENTRE = "research-centre", _("research centre")
        COMPETENCE_CENTRE = "competence-centre", _("competence centre")
        CIVIL_SOCIETY = "civil-society-organisation", _("civil-society organisation")
        UNKNOWN = "unknown", pgettext_lazy("kind", "not stated")

    section = "organisations"
    shape = "organisation"
    # The filter of the list of projects that this record is a value of.
    found_by = "partner"
    inferable = ("kind", "city")
    search_inputs = (*Listed.search_inputs, "acronym")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.UNKNOWN)
    acronym = short_text(_("acronym"), max_length=30)
    country = CountryField(_("country"), blank=True)
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("seat")
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), known(self, "kind")),
            Fact.of(_("Country"), self.country),
            Fact.of(_("Seat"), self.city),
        ]


class Contact(Row, Sourced):
    """Where an organisation is reached; the one place where a person's name is kept."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="contacts", verbose_name=_("organisation")
    )
    unit = short_text(_("unit"))
    person = short_text(
        _("person"),
        help_text=_("Only a person whom the source names in this role. Empty it to remove the person from the site."),
    )
    role_sv = short_text(_("role in Swedish"))
    role_en = short_text(_("role in English"))
    street = short_text(_("street"))
    postal_code = short_text(_("postal code"), max_length=12)
    town = short_text(_("town"))
    shown = models.BooleanField(
        _("shown"), default=True, help_text=_("Visitors see the contact only while this is ticked.")
    )

    role = Bilingual()
    ends = ("organisation",)
    # A person who was removed does not come back with the fixtures.
    kept_on_overwrite = True
    changes_are_public = False
    # What is emptied in all versions when a person is removed, the name first, and what may repeat the name.
    personal = ("person", "role_sv", "role_en")
    naming = ("quote",)
    objects = ContactQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["key"]

    def __str__(self):
        """The unit and the town, never the person: this text ends up in logs."""
        return ", ".join(filter(None, [self.unit or str(self.role), self.town])) or self.key


class ThemeSet(Listed, Sourced):
    """A vocabulary that one source lays down: the themes, fields or areas of a network, or its groups of actors."""

    class Kind(models.TextChoices):
        """What the terms are."""

        THEMES = "themes", _("themes")
        FIELDS = "fields", _("fields")
        AREAS = "areas", _("areas")
        ACTOR_TYPES = "actor-types", _("actor groups")

    class Extent(models.TextChoices):
        """Whether the source gives all the terms."""

        COMPLETE = "complete", _("complete list")
        OPEN = "open", _("open list: the source names some of several")
        NOT_SAID = "not-said", _("the source does not say whether the list is complete")

    section = "themes"
    shape = "theme"

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.THEMES)
    stated_count = models.PositiveSmallIntegerField(
        _("stated count"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LARGEST_SMALL_NUMBER)],
        help_text=_("How many terms the source says there are."),
    )
    extent = models.CharField(_("extent"), max_length=10, choices=Extent, default=Extent.NOT_SAID)

    objects = ThemeSetQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("theme set")
        verbose_name_plural = _("theme sets")

    def get_absolute_url(self):
        """A set is read as the list of its terms."""
        return f"{reverse('themes:list')}?set={self.slug}"

    @property
    def owners(self):
        """The networks and projects whose vocabulary it is."""
        return [
            *self.first("networks"),
            *self.first("networks_of_actors"),
            *self.first("projects"),
            *self.first("projects_of_actors"),
        ]

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), self.get_kind_display()),
            Fact.of(_("Of"), *few(self.owners)),
        ]


class Theme(Listed, Sourced):
    """One term of a theme set, in the words of its source."""

    section = "themes"
    shape = "theme"
    found_by = "theme"
    searched = ("search_text", "theme_set__search_text")

    theme_set = models.ForeignKey(ThemeSet, models.PROTECT, related_name="terms", verbose_name=_("theme set"))
    position = models.PositiveSmallIntegerField(
        _("position"),
        validators=[MaxValueValidator(LARGEST_SMALL_NUMBER)],
        help_text=_("The place of the term in the source's list."),
    )

    objects = ThemeQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["theme_set", "position"]
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                name="theme_has_its_own_place_in_the_set",
                fields=["theme_set", "position"],
                violation_error_message=_("Another term of the set has this position."),
            ),
        ]

    @property
    def visible(self):
        """A term is seen with its vocabulary only."""
        return super().visible and self.theme_set.visible

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), self.theme_set.get_kind_display()),
            Fact.of(_("Of"), *few(self.theme_set.owners)),
        ]


class Network(Listed, Sourced):
    """A lasting tie between cities, organisations or people who work on the same urban questions."""

    class Kind(models.TextChoices):
        """What the network is made of."""

        PROJECT = "project-network", _("network of a project")
        NATIONAL = "national-network", _("national network")
        CITY = "city-network", _("city network")
        CITY_UNIVERSITY = "city-university-network", _("city–university network")
        BILATERAL = "bilateral-network", _("bilateral network")

    class Scope(models.TextChoices):
        """How far the network reaches."""

        GLOBAL = "global", pgettext_lazy("scope", "global")
        EUROPEAN = "european", pgettext_lazy("scope", "European")
        NORDIC = "nordic", pgettext_lazy("scope", "Nordic")
        BILATERAL = "bilateral", pgettext_lazy("scope", "bilateral")
        NATIONAL = "national", pgettext_lazy("scope", "national")
        TRANSNATIONAL = "transnational", pgettext_lazy("scope", "transnational")

    class Verb(models.TextChoices):
        """The source's verb for the network's beginning or span."""

        FOUNDED = "founded", pgettext_lazy("beginning of a network", "founded")
        LAUNCHED = "launched", pgettext_lazy("beginning of a network", "launched")
        RAN = "ran", pgettext_lazy("beginning of a network", "ran")

    section = "networks"
    shape = "network"
    compared = True
    dated = "started"
    dated_until = "ended"
    lasting = True
    inferable = ("kind", "scope", "status")
    # What is asked of every network that is compared with others, beside the facts of its page.
    framework = (_("Members"), _("Projects"), _("Series of meetings"), _("Meetings"))
    searched = ("search_text", "themes__terms__search_text")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    scope = models.CharField(_("scope"), max_length=13, choices=Scope)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    country = CountryField(_("country"), blank=True, help_text=_("The country of a national network."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UNKNOWN)
    started = EDTFField(_("started"))
    started_wording = short_text(_("start in the source's words"))
    ended = EDTFField(_("ended"))
    ended_wording = short_text(_("end in the source's words"))
    verb = models.CharField(
        _("verb"),
        max_length=10,
        choices=Verb,
        blank=True,
        help_text=_("What the source says of the beginning: founded, launched; or that the network ran."),
    )
    description_sv = long_text(_("description in Swedish"))
    description_en = long_text(_("description in English"))
    themes = models.ForeignKey(
        ThemeSet, models.PROTECT, null=True, blank=True, related_name="networks", verbose_name=_("theme set")
    )
    actor_types = models.ForeignKey(
        ThemeSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="networks_of_actors",
        verbose_name=_("actor groups"),
    )

    description = Bilingual()
    objects = NetworkQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        constraints = [
            *Sourced.Meta.constraints,
            not_its_own_parent(_("A network cannot be part of itself.")),
            bounds_in_order("started", "ended"),
            starts_before_it_ends(_("A network cannot end before it starts.")),
            models.UniqueConstraint(
                name="one_national_network_per_parent_and_country",
                fields=["parent", "country"],
                condition=Q(kind="national-network"),
                violation_error_message=_("This network already has a national network for that country."),
            ),
            models.CheckConstraint(
                name="national_network_has_parent_and_country",
                condition=~Q(kind="national-network") | Q(Q(parent__isnull=False), ~Q(country="")),
                violation_error_message=_("A national network needs the network it is part of, and its country."),
            ),
            models.CheckConstraint(
                name="network_leaves_the_address_of_the_overlap",
                condition=~Q(slug="overlap"),
                violation_error_message=_("The page of shared members has the address “overlap”; choose another."),
            ),
        ]

    def clean(self):
        """Refuse a circle of parents; raises `ValidationError`."""
        refuse_circle(self)

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), self.get_kind_display()),
            Fact.of(_("Reach"), self.country or self.get_scope_display()),
            Fact.of(_("Period"), self.when),
        ]

    @property
    def when(self):
        """Its dates in words."""
        return period(self.started, self.ended)


class Membership(Row, Sourced):
    """A city or an organisation in a network, in the role that the source gives it."""

    class Role(models.TextChoices):
        """What the member is to the network."""

        MEMBER = "member", _("member")
        ORGANISER = "organiser", _("organiser")
        PARTNER = "partner", _("cooperation partner")

    network = models.ForeignKey(Network, models.CASCADE, related_name="memberships", verbose_name=_("network"))
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("city")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    since = EDTFField(_("since"))
    until = EDTFField(_("until"))
    focus = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("focus"),
        help_text=_("One of the network's own themes or fields."),
    )
    tandem = models.SlugField(
        _("tandem"),
        max_length=100,
        blank=True,
        help_text=_("Members of the same network with the same word here work as one tandem."),
    )

    ends = ("network", "city", "organisation")
    inferable = ("tandem",)
    objects = MembershipQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["key"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="membership_is_of_a_city_or_an_organisation",
                condition=Q(city__isnull=False, organisation__isnull=True)
                | Q(city__isnull=True, organisation__isnull=False),
                violation_error_message=_("Choose exactly one member: a city or an organisation."),
            ),
            bounds_in_order("since", "until"),
            models.CheckConstraint(
                name="membership_starts_before_it_ends",
                condition=Q(since_earliest__isnull=True)
                | Q(until_latest__isnull=True)
                | Q(since_earliest__lte=models.F("until_latest")),
                violation_error_message=_("A membership cannot end before it starts."),
            ),
        ]

    def __str__(self):
        """Who is in what."""
        return f"{self.member} – {self.network}"

    def network_as_read(self):
        """The network for a line without marks, saying in a word where the membership is only inferred."""
        inferred = _("inferred") if self.infers("network") else ""
        return value_of(self.network, note=str(inferred))

    @property
    def member(self):
        """The city or organisation that is in the network."""
        return self.city if self.city_id else self.organisation

    def clean(self):
        """Refuse a focus outside the network's own themes; raises `ValidationError`."""
        if self.focus_id and self.network_id and self.focus.theme_set_id != self.network.themes_id:
            raise ValidationError({"focus": _("Choose one of the network's own themes or fields.")})


class NetworkFigure(Figure):
    """A count that a source gives of a network."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="figures", verbose_name=_("network"))


class NetworkLink(Link):
    """A way out of a document's text on a network."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="links", verbose_name=_("network"))


class NetworkDiscrepancy(Discrepancy):
    """Two statements on a network that do not agree."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="discrepancies", verbose_name=_("network"))
    ends = ("network",)
