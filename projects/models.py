"""Projects, who takes part, who pays under which programme, and what they published."""

from copy import copy
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from directory.bases import (
    LARGEST_SMALL_NUMBER,
    Bilingual,
    Listed,
    Row,
    Sourced,
    Status,
    address,
    bounds_in_order,
    long_text,
    not_its_own_parent,
    readable,
    refuse_circle,
    short_text,
    starts_before_it_ends,
)
from directory.dates import EDTFField, period
from directory.derived import DerivedTextField
from directory.facts import Fact, few
from directory.figures import Discrepancy, Figure, Link
from directory.search import searchable
from networks.models import City, Network, Organisation, ThemeSet
from projects.querysets import (
    MOST_FRAMES,
    FunderQuerySet,
    GrantQuerySet,
    ParticipationQuerySet,
    ProgrammeQuerySet,
    ProjectQuerySet,
    PublicationQuerySet,
    TieQuerySet,
)


class Programme(Listed, Sourced):
    """A frame under which money is given or work is aligned: from a framework programme down to a round."""

    class Kind(models.TextChoices):
        """Where in the order of frames it stands."""

        FRAMEWORK = "framework-programme", _("framework programme")
        FUND = "fund", _("fund")
        PROGRAMME = "programme", _("programme")
        INITIATIVE = "programme-initiative", _("programme initiative")
        CALL = "call", pgettext_lazy("programme", "call")
        ROUND = "application-round", _("application round")

    section = "programmes"
    shape = "programme"
    found_by = "programme"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="programmes_run", verbose_name=_("run by")
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [*Sourced.Meta.constraints, not_its_own_parent(_("A programme cannot be part of itself."))]

    def clean(self):
        """Refuse a circle of parents and too many of them; raises `ValidationError`."""
        refuse_circle(self)
        depth = len(self.frames()) + self.height() - 1
        if depth > MOST_FRAMES:
            sentence = _("At most %(count)d programmes can stand above each other.") % {"count": MOST_FRAMES}
            raise ValidationError({"parent": sentence})

    def frames(self):
        """Return the programme and those above it, the highest first."""
        frames, frame = [self], self.parent
        while frame is not None and frame not in frames:
            frames.insert(0, frame)
            frame = frame.parent
        return frames

    def height(self):
        """Return how many programmes stand below each other from this one down; one query a level."""
        height, level = 0, [self.pk]
        while level:
            height += 1
            level = list(Programme.objects.filter(parent__in=level).values_list("pk", flat=True)) if self.pk else []
        return height

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), self.get_kind_display()),
            Fact.of(_("Part of"), self.parent),
            Fact.of(_("Run by"), self.operator),
        ]


class Project(Listed, Sourced):
    """An undertaking with an end, carried by organisations and often paid by a funder."""

    class Kind(models.TextChoices):
        """What sort of undertaking it is."""

        PROJECT = "project", _("project")
        EU_PROJECT = "eu-project", _("EU project")
        SUB_PROJECT = "sub-project", _("sub-project")

    section = "projects"
    shape = "project"
    compared = True
    dated = "started"
    dated_until = "ended"
    lasting = True
    inferable = ("kind", "network", "status")
    searched = (
        "search_text",
        "grants__search_text",
        "grants__funder__search_text",
        "participations__organisation__search_text",
        "themes__terms__search_text",
    )

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PROJECT)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    number = models.PositiveSmallIntegerField(
        _("number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SMALL_NUMBER)],
        help_text=_("The number of a sub-project in its project."),
    )
    network = models.ForeignKey(
        Network, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("network it runs")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UNKNOWN)
    started = EDTFField(_("started"))
    started_wording = short_text(_("start in the source's words"))
    ended = EDTFField(_("ended"))
    ended_wording = short_text(_("end in the source's words"))
    duration_sv = short_text(
        _("duration in Swedish"), help_text=_("As the source gives it, where it gives no dates: “two years”.")
    )
    duration_en = short_text(_("duration in English"))
    results_sv = long_text(_("results in Swedish"))
    results_en = long_text(_("results in English"))
    effects_sv = long_text(_("expected effects in Swedish"))
    effects_en = long_text(_("expected effects in English"))
    approach_sv = long_text(_("approach in Swedish"))
    approach_en = long_text(_("approach in English"))
    themes = models.ForeignKey(
        ThemeSet, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("theme set")
    )
    actor_types = models.ForeignKey(
        ThemeSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects_of_actors",
        verbose_name=_("actor groups"),
    )

    duration = Bilingual()
    results = Bilingual()
    effects = Bilingual()
    approach = Bilingual()
    objects = ProjectQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            *Sourced.Meta.constraints,
            not_its_own_parent(_("A project cannot be part of itself.")),
            bounds_in_order("started", "ended"),
            starts_before_it_ends(_("A project cannot end before it starts.")),
            models.CheckConstraint(
                name="sub_project_number_needs_a_parent",
                condition=Q(number__isnull=True) | Q(parent__isnull=False),
                violation_error_message=_("A number belongs to a sub-project: choose the project it is part of."),
            ),
            models.UniqueConstraint(
                name="sub_project_number_is_unique_in_its_parent",
                fields=["parent", "number"],
                condition=Q(number__isnull=False),
                violation_error_message=_("This project already has a sub-project with that number."),
            ),
        ]

    def clean(self):
        """Refuse a circle of parents; raises `ValidationError`."""
        refuse_circle(self)

    @property
    def when(self):
        """Its dates in words, or its length where the source gives no dates."""
        return period(self.started, self.ended) or self.duration

    @property
    def leading(self):
        """The participations that lead the project: coordinators first, then leads, then co-leads."""
        return sorted((row for row in self.participations.all() if row.leads), key=lambda row: LEADING.index(row.role))

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Period"), self.when),
            Fact.of(_("Led by"), *(row.organisation for row in self.leading)),
            Fact.of(_("Funder"), *dict.fromkeys(grant.funder_page for grant in self.grants.all())),
        ]


class Participation(Row, Sourced):
    """Who takes part in a project, and as what; an organisation may act for a country."""

    class Role(models.TextChoices):
        """What the participant is to the project."""

        COORDINATOR = "coordinator", _("coordinator")
        LEAD = "lead", pgettext_lazy("role", "lead")
        CO_LEAD = "co-lead", _("co-lead")
        PARTNER = "partner", _("partner")
        PARTNER_COUNTRY = "partner-country", _("partner country")
        REPRESENTATIVE = "national-representative", _("national representative")
        SETTING = "country-of-work", _("country where work was done")

    project = models.ForeignKey(Project, models.CASCADE, related_name="participations", verbose_name=_("project"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("organisation"),
    )
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="participations", verbose_name=_("city")
    )
    country = CountryField(
        _("country"), blank=True, help_text=_("The participant, or the country that the organisation acts for.")
    )
    role = models.CharField(_("role"), max_length=25, choices=Role, default=Role.PARTNER)

    ends = ("project", "organisation", "city")
    objects = ParticipationQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["key"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="participation_is_of_one_participant",
                condition=Q(organisation__isnull=False, city__isnull=True)
                | Q(organisation__isnull=True, city__isnull=False, country="")
                | Q(Q(organisation__isnull=True, city__isnull=True), ~Q(country="")),
                violation_error_message=_(
                    "Choose one participant: an organisation, a city or a country. Only an organisation may also carry a country."
                ),
            ),
        ]

    def __str__(self):
        """Who takes part in what."""
        return f"{self.participant} – {self.project}"

    @property
    def participant(self):
        """The organisation, city or country that takes part."""
        return self.organisation or self.city or self.country.name

    @property
    def leads(self):
        """Whether the participant leads the project, alone or with others."""
        return self.role in LEADING


LEADING = (Participation.Role.COORDINATOR, Participation.Role.LEAD, Participation.Role.CO_LEAD)


class Grant(Row, Sourced):
    """Money that a funder gives a project, under the lowest frame that the source names."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="grants", verbose_name=_("project"))
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="grants", verbose_name=_("funder"))
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("under"),
        help_text=_("The lowest one the source names, such as the application round: what stands above it follows."),
    )
    reference = short_text(_("reference number"), max_length=60)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Write the three capital letters of ISO 4217, such as SEK."))],
        help_text=_("ISO 4217, such as SEK or EUR."),
    )
    search_text = DerivedTextField(
        inputs=("reference", "amount"),
        derive=lambda grant: searchable(
            grant.reference, "" if grant.amount is None else f"{Decimal(grant.amount):.2f}"
        ),
    )

    ends = ("project", "funder")
    inferable = ("currency",)
    objects = GrantQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["key"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="grant_amount_and_currency_together",
                condition=Q(amount__isnull=True, currency="") | Q(Q(amount__isnull=False), ~Q(currency="")),
                violation_error_message=_("Give the amount together with its currency, or neither."),
            ),
            models.CheckConstraint(
                name="grant_amount_is_not_negative",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                violation_error_message=_("An amount cannot be negative."),
            ),
        ]

    def __str__(self):
        """Who pays what."""
        return f"{self.funder} – {self.project}"

    @property
    def funder_page(self):
        """The payer as a funder, whose page tells what it pays for."""
        funder = copy(self.funder)
        funder.__class__ = Funder
        return funder


class Funder(Organisation):
    """An organisation that has given a grant."""

    section = "funders"
    shape = "funder"
    found_by = "funder"
    objects = FunderQuerySet.as_manager()

    class Meta(Organisation.Meta):
        proxy = True
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        constraints = []
        indexes = []

    def organisation_address(self):
        """The page of the same body as an organisation."""
        return reverse("organisations:detail", args=[self.slug])

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Projects"), *few(dict.fromkeys(grant.project for grant in self.first("grants")))),
            Fact.of(_("Under"), *dict.fromkeys(grant.programme for grant in self.first("grants"))),
        ]


def publication_path(publication, file_name):
    """Keep a publication's file under its address, whatever it was called."""
    return f"publications/{publication.slug}.{file_name.rsplit('.', 1)[-1].lower()}"


class Publication(Listed, Sourced):
    """A book, guide or agenda; its file or address where one is known."""

    class Kind(models.TextChoices):
        """What sort of publication it is."""

        BOOK = "book", _("book")
        GUIDE = "guide", _("guide")
        AGENDA = "agenda", _("agenda")

    section = "publications"
    shape = "publication"
    dated = "year"
    inferable = ("kind",)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    year = EDTFField(_("year"))
    language = models.CharField(
        _("language"), max_length=2, blank=True, choices=[("sv", _("Swedish")), ("en", _("English"))]
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="publications", verbose_name=_("project")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="publications", verbose_name=_("programme")
    )
    file = models.FileField(
        _("file"),
        upload_to=publication_path,
        blank=True,
        validators=[FileExtensionValidator(["pdf", "epub", "odt", "docx", "txt"])],
        help_text=_("PDF, EPUB, ODT, DOCX or plain text; visitors can download it at once."),
    )
    url = address(_("web address"))

    objects = PublicationQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [*Sourced.Meta.constraints, bounds_in_order("year")]

    def download_address(self):
        """Where visitors get the file."""
        return reverse("publications:file", args=[self.slug])

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), self.get_kind_display()),
            Fact.of(_("Year"), self.year),
            Fact.of(_("Of"), self.project, self.programme),
        ]


class Tie(Row, Sourced):
    """A relation that is not money, from a network or project to a programme or publication."""

    class Kind(models.TextChoices):
        """What the network or project is or does to the other."""

        ALIGNED = "aligned-with", _("aligned with")
        LINKED = "linked-to", _("linked to")
        CONTRIBUTED = "contributed-to", _("contributed to")
        DISSEMINATED = "disseminated-for", _("disseminated for")
        TRANSFERRED = "outcomes-transferred-to", _("outcomes transferred to")
        BASIS = "claimed-basis", _("claimed basis")

    kind = models.CharField(_("kind"), max_length=25, choices=Kind)
    network = models.ForeignKey(
        Network, models.CASCADE, null=True, blank=True, related_name="ties", verbose_name=_("network")
    )
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="ties", verbose_name=_("project")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="ties", verbose_name=_("programme")
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="ties", verbose_name=_("publication")
    )
    year = EDTFField(_("year"))
    levels = short_text(
        _("levels"),
        validators=[
            readable,
            RegexValidator(
                r"^(local|regional|national|european)(, *(local|regional|national|european))*$",
                _("Write one or more of local, regional, national, european, with commas between."),
            ),
        ],
        help_text=_("Where it reaches, separated by commas: local, regional, national, european."),
    )

    ends = ("network", "project", "programme", "publication")
    objects = TieQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        ordering = ["key"]
        constraints = [
            *Sourced.Meta.constraints,
            bounds_in_order("year"),
            models.CheckConstraint(
                name="tie_starts_at_a_network_or_a_project",
                condition=Q(network__isnull=False, project__isnull=True)
                | Q(network__isnull=True, project__isnull=False),
                violation_error_message=_("A tie starts at exactly one network or project."),
            ),
            models.CheckConstraint(
                name="tie_leads_somewhere",
                condition=Q(programme__isnull=False) | Q(publication__isnull=False),
                violation_error_message=_(
                    "A tie leads to a programme, a publication, or a publication of a programme."
                ),
            ),
        ]

    def __str__(self):
        """The relation in words."""
        return f"{self.owner} {self.get_kind_display()} {self.publication or self.programme}"

    @property
    def owner(self):
        """The network or project at which the tie starts."""
        return self.network or self.project


class ProjectFigure(Figure):
    """A count that a source gives of a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="figures", verbose_name=_("project"))


class ProjectLink(Link):
    """A way out of a document's text on a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="links", verbose_name=_("project"))


class ProjectDiscrepancy(Discrepancy):
    """Two statements on a project that do not agree."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="discrepancies", verbose_name=_("project"))
    ends = ("project",)
