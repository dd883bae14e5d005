"""A file on its way into the directory: kept between the steps of an import, for a day at most, for its owner alone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from directory.imports.tables import Headings, heading, read_table

KEPT = timedelta(days=1)


class UploadQuerySet(models.QuerySet):
    """Files on their way in."""

    def living(self):
        """Those that are not to be forgotten yet."""
        return self.filter(uploaded_at__gt=now() - KEPT)

    def forget_old(self):
        """Delete those that nobody went on with."""
        return self.filter(uploaded_at__lte=now() - KEPT).delete()


class Upload(models.Model):
    """A file that an editor has chosen to import and not yet confirmed.

    `content` is emptied once the table in it is read; corrections are made in `rows`.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    mapping = models.CharField(_("import"), max_length=60)
    file_name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(default=b"")
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=1, blank=True)
    rows = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=now, db_index=True)

    # Its keys mean nothing in another database (directory/management/commands/dumpdata.py).
    not_dumped = True
    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("file on its way in")
        verbose_name_plural = _("files on their way in")
        default_permissions = ()

    def __str__(self):
        """What the file was called."""
        return self.file_name

    @property
    def is_read(self):
        """Whether the table in the file is known, so that it can be planned."""
        return bool(self.rows)

    def read(self, known):
        """Read the table out of the file and let go of the file; raises `Refused` or `Asked`."""
        table = read_table(self.file_name, bytes(self.content), known, self.encoding, self.separator)
        self.rows, self.remarks = [list(row) for row in table.rows], table.remarks
        self.content = b""

    def replace(self, name, content):
        """Take another file in place of this one; answers given for the first do not hold for it."""
        self.file_name, self.content = name[-200:], content
        self.encoding = self.separator = ""
        self.rows, self.remarks = [], []

    def correct(self, cells, names):
        """Put texts in place of cells, given as {(line, column): text}; return how many are other than before.

        A column among `names` that the file lacks is added to the row.
        """
        rows, count = dict(map(tuple, self.rows)), 0
        for (line, name), text in cells.items():
            if line in rows and name in names and text != rows[line].get(name, ""):
                rows[line][name] = text
                count += 1
        return count


def known_headings(mapping):
    """Return the `Headings` of a mapping: a column may be called by its name, or as an editor calls it in any language."""
    known = {}
    for column in mapping.columns:
        known[heading(column.name)] = column.name
        for language, _name in settings.LANGUAGES:
            with override(language):
                known.setdefault(heading(column.label), column.name)
    return Headings(known, [capfirst(str(column.label)) for column in mapping.columns])
