"""Selected nominations as practices in the library, with credit as their nominators wished; and taking them back."""

from contextlib import contextmanager

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.template.defaultfilters import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from directory.acts import DELETED, act, remembered
from directory.former_addresses import FormerAddress, kind_of, present
from directory.search import fold
from directory.sources import Source
from directory.writes import writing
from networks.models import Organisation
from practices.judging import locked, must_be
from practices.models import Practice
from practices.nominations import REFERENCE, Nomination, Status
from practices.steps import NotAllowed

# What the addresses of sources begin with that stand for what was nominated to a call.
SOURCES = "nominations-"
NOTICE = gettext_noop(
    "The text is drawn from a nomination. It was selected after review; no editor has verified each of its facts."
)


def in_both(words, **names):
    """Return {language: sentence} in both languages; each of `names` is {language: text}."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = _(words) % {name: texts[code] for name, texts in names.items()}
    return found


def free_slug(model, text, otherwise):
    """Return an address that no record of a model has, made of a text."""
    start = slugify(fold(text))[:90].strip("-") or otherwise
    taken = set(model.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    numbered = (f"{start}-{number}" for number in range(2, len(taken) + 3))
    return start if start not in taken else next(each for each in numbered if each not in taken)


def source_of(call):
    """Return the source “Nominations to …” of what was nominated to a call; it is made once."""
    published = Practice.objects.filter(nominations__round=call, source__slug__startswith=SOURCES)
    if made := published.select_related("source").first():
        return made.source
    # Editors may have given another address to the call, and to the source; or the call's to another call.
    former = FormerAddress.objects.filter(kind=kind_of(type(call)), record=call.pk).values_list("slug", flat=True)
    slugs = [f"{SOURCES}{each}"[:100] for each in (call.slug, *former)]
    slugs += present(Source.objects.all(), slugs).values()
    elsewhere = Nomination.objects.exclude(round=call).filter(practice__source=OuterRef("pk"))
    found = Source.objects.filter(slug__in=slugs).exclude(Exists(elsewhere)).first()
    if found:
        return found
    names = in_both(
        gettext_noop("Nominations to “%(call)s”"), call={"sv": call.name_sv, "en": call.name_en or call.name_sv}
    )
    notices = in_both(NOTICE)
    publisher = call.organiser.name if call.organiser else settings.SITE_OWNER
    return Source.objects.create(
        slug=free_slug(Source, f"{SOURCES}{call.slug}", SOURCES),
        name_sv=names["sv"],
        name_en=names["en"],
        publisher=str(publisher),
        reviewed=Source.Reviewed.NO,
        notice_sv=notices["sv"],
        notice_en=notices["en"],
    )


def proposed(nomination):
    """Return what the form of a publication begins with."""
    name = fold(nomination.developer)
    alike = [
        each for each in Organisation.objects.public().search(nomination.developer)[:20] if fold(each.name) == name
    ]
    return {
        "name_sv": nomination.title,
        "name_en": nomination.title if nomination.language == "en" else "",
        "developer": alike[0].pk if len(alike) == 1 else None,
        "projects": [nomination.round.project_id] if nomination.round.project_id else [],
    }


def publish(nomination, data, *, by):
    """Make a practice of a selected nomination, as one act of one person; return it."""
    with act(by), writing(), locked(nomination) as (kept, _reviews):
        must_be(kept, Status.SELECTED)
        if kept.practice:
            raise NotAllowed(_("It is published already."))
        practice = Practice.objects.create(
            slug=free_slug(Practice, data["name_en"] or data["name_sv"], "practice"),
            **{name: data[name] for name in ("name_sv", "name_en", "summary_sv", "summary_en", "developer")},
            kind=kept.kind,
            sector=kept.sector,
            country=kept.country,
            standing=Practice.Standing.SELECTED,
            **{f"description_{kept.language}": kept.description},
            evidence_links=kept.links,
            source=source_of(kept.round),
            locator=kept.reference,
            edited_at=now(),
        )
        practice.themes.set(kept.themes.all())
        practice.projects.set(data["projects"])
        practice.meetings.set(data["meetings"])
        kept.practice = practice
        kept.save(update_fields=["practice"])
    return practice


def merged_into(practice):
    """Return the last versions of the practices that editors merged into one: deleted in the same act, at its addresses."""
    versions = remembered(Practice).objects
    acts = versions.filter(id=practice.pk).values("act")
    former = FormerAddress.objects.filter(kind=kind_of(Practice), record=practice.pk).values("slug")
    return versions.filter(history_type=DELETED, act__in=acts, slug__in=former).order_by("act")


def was_published_from_a_nomination(key):
    """Whether a practice began as a publication: with a nomination as the place in its source."""
    first = remembered(Practice).objects.filter(id=key).order_by("act", "history_id").first()
    return first is not None and bool(REFERENCE.fullmatch(first.locator))


def without(nomination):
    """Return the standing that a nomination's practice would have without it; "" where there would be no practice.

    What others nominated too is not this nomination's alone, nor is what was merged with a practice that was in the
    library before: that one has the standing that it had just before.
    """
    practice = nomination.practice
    if practice.nominations.exclude(pk=nomination.pk).exists():
        return Practice.Standing.SELECTED.value
    merged, own = list(merged_into(practice)), remembered(Practice).objects.filter(id=practice.pk)
    if merged:
        own = own.filter(act__lt=merged[0].act)
    before = [each for each in (*merged, own.order_by("act", "history_id").last()) if each]
    standings = [each.standing for each in before if not was_published_from_a_nomination(each.id)]
    return max(standings, key=Practice.Standing.values.index, default="")


def take_back(nomination, *, by):
    """Undo a publication and return the practice: it is hidden, and can be shown again as editors left it.

    One that was there without the nomination stays, with the standing that it had, and the nomination leads to it no
    more; what was taken over into it stays, too.
    """
    with _published(nomination, by) as (kept, practice):
        if not practice.published:
            raise NotAllowed(_("It was taken back already."))
        if standing := without(kept):
            kept.practice, practice.standing = None, standing
            kept.save(update_fields=["practice"])
        else:
            practice.published = False
    return practice


def show_again(nomination, *, by):
    """Show a practice that was taken back, as it is by now."""
    with _published(nomination, by) as (_kept, practice):
        if practice.published:
            raise NotAllowed(_("It is public already."))
        practice.published = True


@contextmanager
def _published(nomination, by):
    """Yield a published nomination and its practice, locked; what is changed of the practice is saved as one act."""
    with act(by), writing(), locked(nomination) as (kept, _reviews):
        practice = kept.practice
        if practice is None:
            raise NotAllowed(_("It is not published."))
        yield kept, practice
        practice.edited_at = now()
        practice.save(update_fields=["standing", "published", "edited_at"])
