"""The admin's door to imports: choose a file, answer what only an editor knows, look, correct, confirm, take back.

Nothing is written to the directory before the editor confirms, and then only what she was shown.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.imports.done import mark
from directory.imports.encodings import Asked
from directory.imports.files import TYPES, explanation, file_of
from directory.imports.models import Import
from directory.imports.own import own_tables
from directory.imports.plan import Moved
from directory.imports.preview import Preview, cells_of
from directory.imports.readers import Problem
from directory.imports.tables import LARGEST_FILE, Refused
from directory.imports.uploads import Upload, known_headings
from directory.imports.xlsx import MOST_ROWS
from directory.writes import writing

# A table that is refused, or a confirmation that something stands against.
UNPROCESSABLE, CONFLICT = 422, 409


class ChooseForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        max_length=200,
        help_text=gettext_lazy("CSV or XLSX, at most %(rows)d rows and %(size)d MB.")
        % {"rows": MOST_ROWS, "size": LARGEST_FILE // 2**20},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


def may_import(request, table):
    """Whether an editor may import such records: what an import does, she could do by hand."""
    app, model = table.model._meta.app_label, table.model._meta.model_name
    needed = [f"{app}.add_{model}", f"{app}.change_{model}", "directory.add_import"]
    return request.user.has_perms(needed)


def may_publish(request, table):
    """Whether an editor may publish such records by importing them."""
    return request.user.has_perm(f"{table.model._meta.app_label}.publish_{table.model._meta.model_name}")


def names_of(table):
    """Return the names of a table's columns."""
    return {column.name for column in table.columns}


def page(site, request, template, status=200, **context):
    """Return a page of the admin about imports."""
    context = {**site.each_context(request), "opts": Import._meta, **context}
    return TemplateResponse(request, f"admin/imports/{template}.html", context, status=status)


class Door:
    """The steps of an import, as views of the admin site."""

    def __init__(self, site):
        self.site = site

    def urls(self):
        """Return the addresses of the steps."""
        view = self.site.admin_view
        return [
            path("new/<slug:name>/", view(self.choose), name="directory_import_new"),
            path("new/<slug:name>/<slug:what>.<slug:form>", view(self.file), name="directory_import_file"),
            path("upload/<int:pk>/", view(self.upload), name="directory_import_upload"),
        ]

    def page(self, request, template, status=200, **context):
        """Return one of the pages."""
        return page(self.site, request, template, status, **context)

    def table(self, request, name):
        """Return the table of that name for this editor; 404 or 403."""
        kind = own_tables().get(name)
        if kind is None:
            raise Http404
        if not may_import(request, kind):
            raise PermissionDenied
        return kind(may_publish=not kind.has_published() or may_publish(request, kind))

    def choose(self, request, name):
        """Step 1: choose a file, or fetch one to fill in."""
        table = self.table(request, name)
        form = ChooseForm(request.POST, request.FILES) if request.method == "POST" else ChooseForm()
        if form.is_valid():
            Upload.objects.forget_old()
            return self.take(request, table, Upload(owner=request.user, mapping=name), form.cleaned_data["file"])
        return self.chosen(request, table, form)

    def chosen(self, request, table, form, sentences=(), upload=None):
        """Show the page to choose a file, with what was wrong with the last one."""
        waiting = Upload.objects.living().filter(owner=request.user, mapping=table.name).defer("content", "rows")
        return self.page(
            request,
            "choose",
            UNPROCESSABLE if sentences or form.errors else 200,
            title=_("Import %(kind)s") % {"kind": table.label},
            table=table,
            form=form,
            sentences=sentences,
            upload=upload,
            waiting=waiting.order_by("-uploaded_at"),
            explanation=explanation(table),
            whole=table.model.objects.count() <= MOST_ROWS,
        )

    def take(self, request, table, upload, file):
        """Keep a file and read it, as far as can be without a question."""
        if file.size > LARGEST_FILE:
            sentence = _("The file is larger than %(size)d MB: divide it.") % {"size": LARGEST_FILE // 2**20}
            return self.chosen(request, table, ChooseForm(), [sentence], upload if upload.pk else None)
        upload.replace(file.name, file.read())
        return self.read(request, table, upload)

    def read(self, request, table, upload):
        """Read the kept file and go on to its page, or say why it is refused."""
        try:
            upload.read(known_headings(table))
        except Asked:
            pass
        except Refused as refused:
            return self.chosen(request, table, ChooseForm(), refused.sentences, upload if upload.pk else None)
        upload.save()
        return HttpResponseRedirect(reverse("admin:directory_import_upload", args=[upload.pk]))

    def file(self, request, name, what, form):
        """Give a file to fill in: empty, or with the records that are there."""
        table = self.table(request, name)
        if what not in ("template", "records") or form not in TYPES:
            raise Http404
        if what == "records" and table.model.objects.count() > MOST_ROWS:
            raise Http404
        response = HttpResponse(file_of(table, what, form), content_type=TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{name}-{what}.{form}"'
        return response

    def upload(self, request, pk):
        """Steps 2 and 3: answer a question about the file; look at what it would do, correct it, confirm."""
        upload = Upload.objects.living().filter(owner=request.user, pk=pk).first()
        if upload is None:
            sentence = _("The file is no longer here: it was imported or removed, or it is older than a day.")
            messages.warning(request, sentence)
            return HttpResponseRedirect(reverse("admin:directory_import_changelist"))
        table = self.table(request, upload.mapping)
        does = {"check": self.check, "confirm": self.confirm} if upload.is_read else {"answer": self.answer}
        does["remove"] = self.remove
        if request.method == "POST":
            if "file" in request.FILES:
                return self.take(request, table, upload, request.FILES["file"])
            step = does.get(request.POST.get("step"))
            if step:
                return step(request, table, upload)
        return self.preview(request, table, upload) if upload.is_read else self.ask(request, table, upload)

    def ask(self, request, table, upload):
        """Ask what the file itself does not say."""
        try:
            upload.read(known_headings(table))
        except Asked as asked:
            title = _("How is the file “%(name)s” to be read?") % {"name": upload.file_name}
            return self.page(request, "question", title=title, table=table, upload=upload, question=asked.question)
        except Refused as refused:
            return self.chosen(request, table, ChooseForm(), refused.sentences, upload)
        return self.preview(request, table, upload)

    def answer(self, request, table, upload):
        """Take an answer, and read the file by it."""
        if request.POST.get("about") == "encoding":
            upload.encoding = request.POST.get("choice", "")[:20]
        if request.POST.get("about") == "separator":
            upload.separator = request.POST.get("choice", "")[:1]
        return self.read(request, table, upload)

    def preview(self, request, table, upload, preview=None, status=200):
        """Show row by row what would be done."""
        query = request.GET
        preview = preview or Preview(upload, table, query.get("state", ""), query.get("page", 1))
        title = _("Import %(kind)s: look and confirm") % {"kind": table.label}
        context = {"title": title, "table": table, "upload": upload, "preview": preview, "form": ChooseForm()}
        return self.page(request, "preview", status, **context)

    def back(self, request):
        """Return to the same rows of the preview."""
        return HttpResponseRedirect(request.get_full_path())

    def check(self, request, table, upload):
        """Keep corrected cells, and plan anew."""
        count = upload.correct(cells_of(request.POST), names_of(table))
        upload.save(update_fields=["rows"])
        text = ngettext("%(count)d cell was corrected.", "%(count)d cells were corrected.", count)
        messages.info(request, text % {"count": count} if count else _("No cell was changed."))
        return self.back(request)

    def confirm(self, request, table, upload):
        """Do what was shown, or show anew what would be done by now."""
        if upload.correct(cells_of(request.POST), names_of(table)):
            upload.save(update_fields=["rows"])
            messages.warning(request, _("You corrected cells: look at what is done with them, and then confirm."))
            return self.back(request)
        preview = Preview(upload, table, request.GET.get("state", ""), request.GET.get("page", 1))
        moved = _("The directory or your rights have changed since this was shown. Look again, and then confirm.")
        if preview.print != request.POST.get("print"):
            messages.warning(request, moved)
            return self.preview(request, table, upload, preview, CONFLICT)
        if preview.counts["refused"] and not request.POST.get("leave_out"):
            sentence = _("Rows are refused: correct them, or tick that they are left out.")
            messages.error(request, sentence)
            return self.preview(request, table, upload, preview, UNPROCESSABLE)
        if not preview.to_write:
            messages.info(request, _("There is nothing to import in this file."))
            return self.preview(request, table, upload, preview, UNPROCESSABLE)
        try:
            with writing():
                made = preview.plan.apply(user=request.user, file_name=upload.file_name)
                mark(made)
                upload.delete()
        except (Moved, Problem) as problem:
            messages.warning(request, moved if isinstance(problem, Moved) else problem.sentence)
            return self.preview(request, table, upload, status=CONFLICT)
        messages.success(request, _("The file was imported."))
        return HttpResponseRedirect(reverse("admin:directory_import_change", args=[made.pk]))

    def remove(self, request, table, upload):
        """Let go of a file that is not to be imported."""
        upload.delete()
        messages.info(request, _("The file was removed; nothing was imported."))
        return HttpResponseRedirect(reverse("admin:directory_import_new", args=[table.name]))
