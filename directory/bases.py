"""What it means to be in the directory: to be listed, to come from a source, to be named in two languages."""

import secrets
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from directory.derived import DerivedSortKeyField, DerivedTextField, DerivingQuerySet, derived_fields
from directory.history import History
from directory.search import fold, searchable, sort_key, words
from directory.writes import Kept

web_address = URLValidator(
    schemes=["http", "https"], message=_("Give a web address that begins with https:// or http://.")
)
# A form accepts any character; these would break an export or deceive a reader later.
readable = RegexValidator(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
    _("This text holds an invisible control character; please type it again."),
    inverse_match=True,
)


# What PostgreSQL's integers hold; SQLite would take more, and the record could never move.
LARGEST_SMALL_NUMBER, LARGEST_NUMBER = 2**15 - 1, 2**31 - 1

# How many related records a card names, and how many rows of a kind a record's own page shows, before it says that there
# are more: a funder may have paid for a hundred thousand projects.
FIRST_FEW, MOST_ROWS = 6, 100


class Words(str):
    """A text for readers that knows its language (`lang`, ISO 639-1)."""

    lang = ""


def language_now():
    """Return the language that the reader reads: `sv` or `en`."""
    return "en" if (get_language() or settings.LANGUAGE_CODE).startswith("en") else "sv"


def in_language(language, **texts):
    """Return the text of `language`, or the other one where it is missing, as `Words`."""
    chosen = language if texts.get(language) else next((code for code, text in texts.items() if text), language)
    text = Words(texts.get(chosen) or "")
    text.lang = chosen
    return text


def original(record, name, language):
    """Return the text of the pair `name` in the language of its source, where readers see another: a translation.

    "" where they see the source's own language, or the same words, or the source's language is not known.
    """
    shown, text = getattr(record, name), Words(getattr(record, f"{name}_{language}", ""))
    text.lang = language
    return text if shown.lang != language and fold(text) != fold(shown) else ""


class Bilingual:
    """The pair of columns `<name>_sv` and `<name>_en`, read in the active language."""

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return in_language(
            language_now(), sv=getattr(instance, f"{self.name}_sv"), en=getattr(instance, f"{self.name}_en")
        )


def short_text(label, **options):
    """A line of text: never NULL, no control characters."""
    return models.CharField(label, **{"max_length": 250, "blank": True, "validators": [readable], **options})


def long_text(label, **options):
    """Paragraphs of text: never NULL, no control characters."""
    return models.TextField(label, **{"blank": True, "validators": [readable], **options})


def plain_web_address(text):
    """Refuse what is no web address, and one that looks like another's; raises `ValidationError`."""
    web_address(text)
    # https://city.example@elsewhere.example leads elsewhere.
    if "@" in urlsplit(text).netloc:
        raise ValidationError(_("Leave out the name and the password before “@” in a web address."))


def web_addresses(text):
    """Refuse a text of which some word is no plain web address; raises `ValidationError`."""
    for word in text.split():
        plain_web_address(word)


def address(label, **options):
    """A web address; NULL means that the source gives none."""
    return models.URLField(
        label, **{"null": True, "blank": True, "max_length": 500, "validators": [web_address], **options}
    )


class Checked(Kept):
    """A record whose constraints are told to an editor as form errors, those over derived columns too."""

    history = History()

    class Meta:
        abstract = True

    def validate_constraints(self, exclude=None):
        """Never leave out a derived column or the primary key: they are on no form, yet a form can break their rule."""
        kept = {self._meta.pk.name, *(field.name for field in derived_fields(type(self)))}
        super().validate_constraints(exclude=set(exclude or ()) - kept)


class PublicQuerySet(DerivingQuerySet):
    """Records and rows of which visitors see a part; knows how to load what visitors see along with them."""

    def related(self, name):
        """Return the public records or rows that relation `name` leads to, as a queryset of their own."""
        return self.model._meta.get_field(name).related_model.objects.public()

    def with_rows(self, *names):
        """Load the public rows of each relation named, with what a line about them shows.

        The record that a row leads back to is at hand and not loaded again.
        """
        lookups = []
        for name in names:
            rows, field = self.related(name).for_cards(), self.model._meta.get_field(name)
            if field.one_to_many and isinstance(rows.query.select_related, dict):
                rows.query.select_related.pop(field.field.name, None)
            lookups.append(models.Prefetch(name, rows))
        return self.prefetch_related(*lookups)

    def with_first(self, *names, count, bare=False):
        """Load the first few public rows of each relation named, for `Listed.first`: a funder can have very many.

        With what a line about them shows, or `bare`.
        """
        rows = {name: self.related(name) if bare else self.related(name).for_cards() for name in names}
        return self.prefetch_related(
            *(models.Prefetch(name, rows[name][:count], to_attr=f"first_{name}") for name in names)
        )


class ListedQuerySet(PublicQuerySet):
    """Records that have a page of their own."""

    def get_by_natural_key(self, slug):
        """Find a record by its address."""
        return self.get(slug=slug)

    def public(self):
        """What visitors may see."""
        return self.filter(published=True)

    def for_cards(self):
        """Load what a card in a list shows."""
        return self.select_related(*self.model.sources)

    def for_timeline(self, *more):
        """Load what a line along the years shows: the name, the dates and the status, nothing of any other record."""
        return self.only("slug", "name_sv", "name_en", "status", self.model.dated, self.model.dated_until, *more)

    def for_detail(self):
        """Load what a record's own page shows."""
        return self

    def search(self, query):
        """Keep records in which every word of `query` is part of some searched column.

        A column of another table is asked through a list of keys, so that no record is doubled.
        """
        found = self.none() if query.strip() and not words(query) else self
        for word in words(query):
            condition = Q()
            for path in self.model.searched:
                if "__" in path:
                    owners = self.model._base_manager.filter(
                        **{f"{path}__contains": word}, **_seen_through(self.model, path)
                    )
                    condition |= Q(pk__in=owners.values("pk"))
                else:
                    condition |= Q(**{f"{path}__contains": word})
            found = found.filter(condition)
        return found

    def in_order(self, language=None):
        """Sort by name in the alphabet of a language, the reader's if not given, and in the end by address."""
        return self.order_by(f"sort_{language or language_now()}", "slug")


def _seen_through(model, path):
    """Return conditions that nothing on the way along `path` is hidden, or search would betray its words."""
    conditions, hops = {}, path.split("__")[:-1]
    for count, hop in enumerate(hops, start=1):
        model = model._meta.get_field(hop).related_model
        conditions["__".join([*hops[:count], "in"])] = model.objects.public()
    return conditions


def _search_text(record):
    return searchable(*(getattr(record, name) for name in record.search_inputs))


def _sort_key(language):
    def derive(record):
        names = {"sv": record.name_sv, "en": record.name_en}
        return sort_key(in_language(language, **names))

    return derive


class Listed(Checked):
    """Something that has a page of its own: named, summed up in our words, and found by search."""

    # A template that is handed the class means the class; Django would call it and go on with an empty record.
    do_not_call_in_templates = True
    # The part of the address and of a URL's name, the shape it is drawn with, the EDTF fields that date it and its end.
    section = ""
    shape = ""
    dated = ""
    # Whether records of the kind can be laid side by side.
    compared = False
    # Choices, the least first, of which a record that two were merged into has the highest.
    rising = ()
    dated_until = ""
    # Whether it goes on from the day that dates it, so that its end is open where no source states one.
    lasting = False
    # Its dates in words; "" where no source states any.
    when = ""
    search_inputs = ("name_sv", "name_en", "summary_sv", "summary_en", "other_names", "identifiers")
    searched = ("search_text",)

    slug = models.SlugField(
        _("address"),
        max_length=100,
        unique=True,
        help_text=_("The last part of the page's address. Links that others have made break when it changes."),
    )
    name_sv = short_text(_("name in Swedish"), blank=False)
    name_en = short_text(_("name in English"))
    summary_sv = long_text(_("summary in Swedish"), help_text=_("One or two sentences of our own, from the facts."))
    summary_en = long_text(_("summary in English"), help_text=_("One or two sentences of our own, from the facts."))
    other_names = long_text(
        _("other names"), help_text=_("Full names, acronyms and other spellings, one on each line. Search finds them.")
    )
    identifiers = long_text(
        _("identifiers"), help_text=_("Identifiers in other registers, one on each line, as “register: value”.")
    )
    published = models.BooleanField(_("published"), default=True, help_text=_("Visitors see only what is published."))
    verified_at = models.DateField(_("verified on"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="%(class)s_verifications",
        verbose_name=_("verified by"),
    )
    edited_at = models.DateTimeField(_("edited here"), null=True, blank=True, editable=False)
    search_text = DerivedTextField(
        derive=_search_text, inputs=("name_sv", "name_en", "summary_sv", "summary_en", "other_names", "identifiers")
    )
    sort_sv = DerivedSortKeyField(max_length=200, derive=_sort_key("sv"), inputs=("name_sv", "name_en"))
    sort_en = DerivedSortKeyField(max_length=200, derive=_sort_key("en"), inputs=("name_sv", "name_en"))

    name = Bilingual()
    summary = Bilingual()

    class Meta:
        abstract = True
        ordering = ["sort_sv", "slug"]
        # To publish is a right of its own (directory/roles.py).
        default_permissions = ("add", "change", "delete", "view", "publish")
        # What a relation's manager writes goes through our querysets too.
        base_manager_name = "objects"
        # For the order of a list, read whole, and for a record's neighbour in it; then for the page of what is new,
        # which the many records that nobody has touched here need not be in.
        indexes = [
            models.Index(name="%(app_label)s_%(class)s_sv", fields=["sort_sv", "slug"]),
            models.Index(name="%(app_label)s_%(class)s_en", fields=["sort_en", "slug"]),
            models.Index(
                name="%(app_label)s_%(class)s_edited", fields=["-edited_at"], condition=Q(edited_at__isnull=False)
            ),
            models.Index(
                name="%(app_label)s_%(class)s_verified", fields=["-verified_at"], condition=Q(verified_at__isnull=False)
            ),
        ]

    def __str__(self):
        """The name in the reader's language."""
        return str(self.name)

    def natural_key(self):
        """The address stands for the record in fixtures."""
        return (self.slug,)

    def first(self, name):
        """Return the rows of a relation, no more than were loaded along."""
        return getattr(self, f"first_{name}") if f"first_{name}" in self.__dict__ else getattr(self, name).all()

    @property
    def visible(self):
        """Whether visitors may see the record."""
        return self.published

    @classmethod
    def kind_word(cls):
        """What one such record is called, beside its name."""
        return str(cls._meta.verbose_name)

    @property
    def known_as(self):
        """What stands for the record in the address of a page about it, as network:sern."""
        return f"{self._meta.model_name}:{self.slug}"

    @property
    def compared_as(self):
        """What stands for the record in the address of a comparison; "" where it has no place there."""
        return self.known_as if self.compared else ""

    @property
    def original_name(self):
        """The name in the record's own language, a work's or else that of its source, where the one shown is translated."""
        return original(
            self, "name", getattr(self, "language", "") or getattr(getattr(self, "source", None), "language", "")
        )

    @property
    def trail_title(self):
        """What the list of such records is called, on the way to this one."""
        return capfirst(self._meta.verbose_name_plural)

    def get_absolute_url(self):
        """The record's page in the active language."""
        return reverse(f"{self.section}:detail", args=[self.slug])


def comparison_address(*records):
    """Return where some records of one kind are laid side by side."""
    return f"{reverse('compare')}?{urlencode([('id', record.compared_as) for record in records], safe=':')}"


class Status(models.TextChoices):
    """Where a network or a project stands in its life, as its source tells."""

    PLANNED = "planned", pgettext_lazy("status", "planned")
    ONGOING = "ongoing", pgettext_lazy("status", "ongoing")
    COMPLETED = "completed", pgettext_lazy("status", "completed")
    UNKNOWN = "unknown", pgettext_lazy("status", "not stated")


class Certainty(models.TextChoices):
    """How sure a fact is."""

    STATED = "stated", _("stated in the source")
    INFERRED = "inferred", _("inferred from the source")
    EXTERNAL = "external", _("known from outside the documents")


class Sourced(Checked):
    """A row of facts that all come from one place in one source."""

    source = models.ForeignKey(
        "directory.Source", models.PROTECT, related_name="%(class)s_rows", verbose_name=_("source")
    )
    locator = short_text(_("place in the source"), help_text=_("Heading and paragraph."))
    quote = short_text(
        _("words of the source"),
        help_text=_("The fewest words that carry the fact: at most a dozen, never a whole sentence."),
    )
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty, default=Certainty.STATED)
    inferred_fields = short_text(
        _("inferred fields"),
        help_text=_(
            "In a row that is otherwise stated: the fields that are only inferred, with spaces between, such as “kind scope”. The note gives the reason."
        ),
    )
    note_sv = long_text(
        _("note in Swedish"), help_text=_("What is uncertain and why. An inferred fact needs its reason here.")
    )
    note_en = long_text(_("note in English"))

    note = Bilingual()
    # The foreign keys that lead to where the row comes from, and the fields whose certainty pages tell of each alone.
    sources = ("source",)
    inferable = ()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_inferred_has_reason",
                condition=Q(~Q(certainty=Certainty.INFERRED), inferred_fields="") | ~Q(note_sv=""),
                violation_error_message=_("An inferred fact needs its reason, in the Swedish note."),
            ),
        ]

    def clean_fields(self, exclude=None):
        """Refuse to call a field inferred whose mark no page would show; raises `ValidationError`."""
        super().clean_fields(exclude)
        if set(self.inferred_fields.split()) - set(self.inferable):
            sentence = _("Only these fields can be inferred apart from the rest: %(names)s.")
            raise ValidationError({"inferred_fields": sentence % {"names": ", ".join(self.inferable) or "–"}})

    def infers(self, field):
        """Whether the value of `field` is only read from the source's words."""
        return self.certainty == Certainty.INFERRED or field in self.inferred_fields.split()


def new_key():
    """Return a key nobody has to think of, for a row made in the admin."""
    return secrets.token_hex(8)


class RowQuerySet(PublicQuerySet):
    """Rows that tie records together and have no page of their own."""

    def get_by_natural_key(self, key):
        """Find a row by its key."""
        return self.get(key=key)

    def for_cards(self):
        """Load what a line about the row shows."""
        return self.select_related(*self.model.sources, *self.model.ends)

    def public(self):
        """Rows of which no end is a record that visitors may not see."""
        rows = self
        for end in self.model.ends:
            rows = rows.filter(Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__published": True}))
        return rows


class Row(Checked):
    """A row without a page of its own; its key stands for it in fixtures."""

    # The foreign keys to listed records between which the row ties.
    ends = ()
    # Whether the page of a record's changes tells of it.
    changes_are_public = True

    key = models.SlugField(_("key"), max_length=120, unique=True, default=new_key, editable=False)

    class Meta:
        abstract = True

    def natural_key(self):
        """The key stands for the row in fixtures."""
        return (self.key,)


def not_its_own_parent(message):
    """A rule for records with a `parent`."""
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_is_not_its_own_parent",
        condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
        violation_error_message=message,
    )


def refuse_circle(record, name="parent"):
    """Raise `ValidationError` when the way along the foreign key `name` would lead from `record` back to it.

    That it does not lead there in one step is a rule of the database, with a sentence of its own.
    """
    above, seen = getattr(record, name), {record.pk}
    while above is not None and above.pk != record.pk:
        following = getattr(above, name)
        if following is not None and following.pk in seen:
            raise ValidationError({name: _("This choice would make a circle.")})
        seen.add(above.pk)
        above = following


def bounds_in_order(*names):
    """A rule for records with EDTF fields: the first day that each can mean is not after the last."""
    in_order = Q()
    for name in names:
        earliest = f"{name}_earliest"
        in_order &= Q(**{f"{earliest}__isnull": True}) | Q(**{f"{earliest}__lte": models.F(f"{name}_latest")})
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_bounds_in_order",
        condition=in_order,
        violation_error_message=_("The last day that a date can mean comes before its first."),
    )


def starts_before_it_ends(message):
    """A rule for records with `started` and `ended`: the first possible start is not after the last possible end."""
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_starts_before_it_ends",
        condition=Q(started_earliest__isnull=True)
        | Q(ended_latest__isnull=True)
        | Q(started_earliest__lte=models.F("ended_latest")),
        violation_error_message=message,
    )
