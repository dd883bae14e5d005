"""Selected nominations as practices in the library, with credit as their nominators wished; and taking them back."""

from django.conf import settings
from django.template.defaultfilters import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from directory.acts import act
from directory.search import fold
from directory.sources import Source
from directory.writes import writing
from networks.models import Organisation
from practices.judging import locked, must_be
from practices.models import Practice
from practices.nominations import Status
from practices.steps import NotAllowed

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
    published = call.nominations.filter(practice__isnull=False).select_related("practice__source").first()
    if published:
        return published.practice.source
    slug = f"nominations-{call.slug}"[:100]
    found = Source.objects.filter(slug=slug).first()
    if found:
        return found
    names = in_both(
        gettext_noop("Nominations to “%(call)s”"), call={"sv": call.name_sv, "en": call.name_en or call.name_sv}
    )
    notices = in_both(NOTICE)
    publisher = call.organiser.name if call.organiser else settings.SITE_OWNER
    return Source.objects.create(
        slug=slug,
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


def take_back(nomination, *, by):
    """Hide the practice that a nomination became; what editors wrote stays, and it can be shown again."""
    _show(nomination, by, shown=False)


def show_again(nomination, *, by):
    """Show a practice that was taken back, as it is by now."""
    _show(nomination, by, shown=True)


def _show(nomination, by, shown):
    with act(by), writing(), locked(nomination) as (kept, _reviews):
        if kept.practice is None:
            raise NotAllowed(_("It is not published."))
        if kept.practice.published == shown:
            raise NotAllowed(_("It is public already.") if shown else _("It was taken back already."))
        kept.practice.published, kept.practice.edited_at = shown, now()
        kept.practice.save(update_fields=["published", "edited_at"])
