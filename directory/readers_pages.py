"""Where readers tell the editors what is wrong or missing: without an account, a cookie or a script."""

from django import forms
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from directory.bases import plain_web_address
from directory.details import load
from directory.former_addresses import Moved, present
from directory.guarded import TOO_MANY, GuardedForm, OtherWords, PlainText, guarded
from directory.prepared import for_detail
from directory.readers import ReaderWord, full, keep, told_of


class WordForm(GuardedForm):
    """What both forms ask: the words, where they can be checked, and an address if an answer is wanted."""

    purpose = "words"
    with_links = ("source",)

    text = PlainText(label=_("What should we know?"), rows=6, max_length=4000)
    source = PlainText(
        label=_("Where can that be read?"),
        help_text=_("A web address that shows it. We write nothing that no source says."),
        required=False,
        max_length=500,
        validators=[plain_web_address],
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_(
            "Only if you want an answer. Nobody reads it: our answer is sent to it once, and then it is forgotten; after 180 days in any case."
        ),
        required=False,
        max_length=254,
    )

    def __init__(self, *args, **options):
        """Help browsers to fill in the address."""
        super().__init__(*args, **options)
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean(self):
        """Take no more than the editors can read."""
        found = super().clean()
        if not self.errors and full():
            self.add_error(None, TOO_MANY % {"wait": _("until tomorrow")})
            self.status = 429
        return found

    def word(self):
        """Return what was said, not stored yet."""
        return ReaderWord(text=self.cleaned_data["text"], source=self.cleaned_data["source"], language=get_language())


class CorrectionForm(WordForm):
    """Something is wrong: with a fact of one record's page, or with anything on the site where there is no record."""

    field_order = ("fact", "text", "source", "email")

    fact = forms.ChoiceField(label=_("What is it about?"), required=False)

    def __init__(self, *args, record=None, facts=(), **options):
        """Offer what the record's page tells of."""
        super().__init__(*args, **options)
        self.record = record
        anything = str(_("something else, or the page as a whole"))
        self.fields["fact"].choices = [("", anything), *((each, each) for each in facts)]
        if record is None:
            del self.fields["fact"]
        self.fields["text"].label = _("What is wrong, and how should it be?")

    def word(self):
        """Name the record and the fact."""
        found = super().word()
        found.kind, found.fact = ReaderWord.Kind.CORRECTION, self.cleaned_data.get("fact", "")
        if self.record:
            found.record_kind, _colon, found.record_slug = self.record.known_as.partition(":")
        return found


class SuggestionForm(WordForm):
    """Something is missing: a network or a project."""

    field_order = ("record_kind", "name", "text", "source", "email")

    record_kind = forms.ChoiceField(
        label=_("What is missing?"),
        choices=[("network", _("a network")), ("project", _("a project")), ("other", _("something else"))],
        widget=forms.RadioSelect,
        initial="network",
    )
    name = PlainText(label=_("What is it called?"))

    def __init__(self, *args, **options):
        """Ask for what a source would have to say."""
        super().__init__(*args, **options)
        self.fields["text"].label = _("What is it, who is in it, and since when?")

    def word(self):
        """Name what is missing."""
        found = super().word()
        found.kind, found.name = ReaderWord.Kind.SUGGESTION, self.cleaned_data["name"]
        found.record_kind = self.cleaned_data["record_kind"].replace("other", "")
        return found


def record_told_of(text):
    """Return the public record that an address names; raises `Http404`, and `Moved` where it is elsewhere now."""
    model, slug = told_of(text) or (None, "")
    if model is None:
        raise Http404
    try:
        return load(for_detail(model), slug)
    except Http404:
        if new := present(model.objects.public(), [slug]).get(slug):
            name = model._meta.model_name
            raise Moved(["about"], {text: f"{name}:{new}"}) from None
        raise


def facts_of(record):
    """Return what the record's page tells of, in its order: the labels of its facts and the titles of its sections."""
    page = resolve(record.get_absolute_url()).func.view_class.page(record)
    return list(dict.fromkeys([str(each.label) for each in page.facts] + [str(each.title) for each in page.sections]))


@method_decorator(guarded, name="dispatch")
class WordsPage(View):
    """The form by which a reader says that something is wrong; `about` in the address names the record."""

    http_method_names = ("get", "head", "post")
    template_name = "words/correction.html"

    def form(self, data=None):
        """Return the form about the record that the address names, or about the site where it names none."""
        text = self.request.GET.get("about", "")
        record = record_told_of(text) if text else None
        facts = facts_of(record) if record else ()
        fact = self.request.GET.get("fact", "")
        return CorrectionForm(
            self.request, data, record=record, facts=facts, initial={"fact": fact} if fact in facts else {}
        )

    def get(self, request):
        """Show the form."""
        return self.answer(self.form())

    def post(self, request):
        """Store what was said, once, and say thanks; or show the form again with what is wrong."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.answer(form)
        try:
            keep(form.word(), form.cleaned_data["email"], first_time=form.first_time)
        except OtherWords:
            form.ask_once_more()
            return self.answer(form)
        return HttpResponseRedirect(reverse("words-sent"))

    def answer(self, form):
        """Draw the form."""
        context = {"form": form, "about": getattr(form, "record", None)}
        return render(self.request, self.template_name, context, status=form.status)


class SuggestPage(WordsPage):
    """The form by which a reader suggests a network or a project."""

    template_name = "words/suggestion.html"

    def form(self, data=None):
        """Return the form."""
        return SuggestionForm(self.request, data)
