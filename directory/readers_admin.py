"""Where editors read what readers tell them, answer it and close it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from directory.acts import act
from directory.careful import PARAGRAPHS, CarefulForms
from directory.preview import admin_name
from directory.readers import ReaderWord, answer
from directory.tasks import MOST, Task

WAITING, CLOSED = ReaderWord.Status.WAITING, ReaderWord.Status.CLOSED
TASK = Task("readers", _("Words of readers that wait"), _("Look into what they say, and answer or close it."), None)
SAID = {
    "mailed": (messages.SUCCESS, _("The answer is mailed, and the reader's address is forgotten.")),
    "kept": (messages.SUCCESS, _("The word is closed. No mail was sent.")),
    "late": (messages.WARNING, _("A colleague has closed this word meanwhile; what you wrote was not sent.")),
    "twice": (messages.WARNING, _("You have closed this word already; nothing is sent a second time.")),
    "not mailed": (
        messages.ERROR,
        _("The answer could not be mailed. It is kept here and the word waits: save it again later, or close it."),
    ),
}


class AnswerForm(forms.ModelForm):
    """What an editor adds to a word that waits."""

    def clean(self):
        """Ask for an answer where a reader waits for one, and for none where none is sent; raises `ValidationError`."""
        found = super().clean()
        status, text = found.get("status"), found.get("answer", "")
        if status == CLOSED and text:
            raise ValidationError(
                {"answer": _("Nobody gets this answer: leave it out, or accept or decline what was said.")}
            )
        if status not in (None, WAITING, CLOSED) and self.instance.wants_answer and not text:
            raise ValidationError({"answer": _("The reader waits for an answer: write one.")})
        return found


class ReaderWordAdmin(CarefulForms, admin.ModelAdmin):
    """What readers say is theirs: it is read, answered once and closed, never changed."""

    form = AnswerForm
    formfield_overrides = PARAGRAPHS
    list_display = ("said_at", "kind", "named", "fact", "status", "answered_by")
    list_display_links = ("said_at", "kind")
    list_filter = ("status", "kind", "record_kind")
    list_select_related = ("answered_by",)
    search_fields = ("text", "name", "fact", "record_slug")
    list_per_page = 50
    show_full_result_count = False
    told = ("kind", "subject", "fact", "text", "source_link", "said_at", "language", "answer_wanted")
    fieldsets = [
        (_("What the reader says"), {"fields": told}),
        (_("What becomes of it"), {"fields": ("status", "answer", "answered_at", "answered_by")}),
    ]

    def get_readonly_fields(self, request, obj=None):
        """Leave the answer open as long as the word waits."""
        # By when it was answered: its status may be what somebody has just chosen, and must choose again.
        closed = ("status", "answer") if obj and obj.answered_at else ()
        return (*self.told, "answered_at", "answered_by", *closed)

    def has_view_permission(self, request, obj=None):
        """Only those who can do something about it read it."""
        return self.has_change_permission(request, obj)

    def has_add_permission(self, request):
        """Readers add, by their form."""
        return False

    def get_queryset(self, request):
        """Load along whether an answer is wanted."""
        return super().get_queryset(request).select_related("contact")

    def waiting(self, request):
        """Return how many wait, for the desk, with the list of them."""
        if not self.has_change_permission(request):
            return []
        number = ReaderWord.objects.order_by().filter(status=WAITING)[: MOST + 1].count()
        address = f"{reverse('admin:directory_readerword_changelist')}?status__exact={WAITING}"
        return [{"task": TASK, "number": number, "name": self.opts.verbose_name_plural, "address": address}]

    @admin.display(description=_("about"))
    def named(self, word):
        """What it is about, without looking it up: lists are long."""
        return word.name or word.about or str(_("the directory"))

    @admin.display(description=_("about"))
    def subject(self, word):
        """The record with the way to its form; what is missing by its name."""
        record = word.record
        if record is None:
            return self.named(word)
        try:
            address = reverse(admin_name(record, "change"), args=[record.pk])
        except NoReverseMatch:
            return str(record)
        return format_html('<a href="{}">{}</a>', address, record)

    @admin.display(description=_("where that can be read"))
    def source_link(self, word):
        """The address as a link that tells the other site nothing of us."""
        if not word.source:
            return "–"
        return format_html('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>', word.source)

    @admin.display(description=_("an answer is wanted"), boolean=True)
    def answer_wanted(self, word):
        """Whether an answer can be mailed; by whom it is read nobody sees."""
        return word.wants_answer

    def save_model(self, request, obj, form, change):
        """Leave it to `changeform_view`, which answers when everything else is done: a mail cannot be taken back."""
        if form.has_changed() and obj.status != WAITING:
            request.answered = (obj, obj.status, obj.answer)
        elif form.has_changed():
            ReaderWord.objects.filter(pk=obj.pk, status=WAITING).update(answer=obj.answer)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Answer the reader after the form was found right, unless somebody else has."""
        if request.method != "POST" or not object_id:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with act(request.user):
            word = self.get_object(request, unquote(object_id))
            # Nobody closes it between here and the writing of a draft.
            word = word and ReaderWord.objects.select_for_update().filter(pk=word.pk).first()
            if word and word.status != WAITING and self.has_change_permission(request, word):
                return self.answer_late(request, word)
            response = super().changeform_view(request, object_id, form_url, extra_context)
        if answered := getattr(request, "answered", None):
            became = answer(*answered, request.user)
            if became == "late":
                return self.answer_late(request, ReaderWord.objects.get(pk=word.pk))
            level, sentence = SAID[became]
            self.message_user(request, sentence, level)
        return response

    def answer_late(self, request, word):
        """Say what became of a word that is closed already, and keep what was typed to be copied."""
        level, sentence = SAID["twice" if word.answered_by == request.user else "late"]
        self.message_user(request, sentence, level)
        texts = {"status": word.get_status_display(), "answered_by": word.answered_by, "answer": word.answer}
        typed = request.POST.get("answer", "").strip()
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name),
            "opts": self.opts,
            "became": [(self.label(name), text) for name, text in texts.items() if text],
            "typed": [(self.label("answer"), typed)] if typed else [],
        }
        return TemplateResponse(request, "admin/late.html", context, status=409)

    def label(self, name):
        """What a field is called."""
        return capfirst(self.opts.get_field(name).verbose_name)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Offer to save only what can still be answered."""
        if obj and obj.answered_at:
            context |= {"show_save": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_change(self, request, obj):
        """Say nothing of a change before it is known what became of the answer."""
        if hasattr(request, "answered"):
            return self.response_post_save_change(request, obj)
        self.message_user(request, str(_("The draft of the answer is kept; the word waits.")))
        return self.response_post_save_change(request, obj)
