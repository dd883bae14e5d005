"""What is remembered of every record and row: each version that a person left, in a table beside the records' own.

The tables are django-simple-history's; they are filled by `directory.acts`, which knows what one person did in one step.
"""

from copy import copy

from django.db import models
from simple_history.models import HistoricalRecords

from directory.dates import EDTFField
from directory.derived import derived_fields

# What is no statement on the record: when somebody touched it last follows from the versions themselves.
NOT_REMEMBERED = ("edited_at",)


class Remembered(models.Model):
    """What a version says beside the record's own columns.

    `act` is the number of the directory's version that the act ended with: it groups what was done in one step, and
    orders the steps. The rows are in no dump, as keys mean nothing in another database.
    """

    act = models.BigIntegerField(db_index=True)
    # The keys of relations to many others, by name.
    many = models.JSONField(default=dict)

    # Its keys mean nothing in another database (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """Gives every model that inherits it a table of versions, without columns that follow from others."""

    def __init__(self, **options):
        """Reach the models that inherit."""
        super().__init__(inherit=True, bases=[Remembered], **options)

    def finalize(self, sender, **options):
        """Make the table of one model; a proxy has that of its records."""
        if not issubclass(sender, self.cls) or sender._meta.proxy:
            return
        own = copy(self)
        derived = [field.name for field in derived_fields(sender)]
        own.excluded_fields = [*derived, *(field.name for field in sender._meta.fields if field.name in NOT_REMEMBERED)]
        super(History, own).finalize(sender, **options)

    def copy_fields(self, model):
        """Keep values only: what they are called and may be is said by the record's own fields.

        Dates are the strings that they are: their bounds follow from them.
        """
        fields = super().copy_fields(model)
        for field in fields.values():
            if isinstance(field, EDTFField):
                field.__class__ = models.CharField
            field._validators, field._verbose_name, field.help_text, field.choices = [], None, "", None
        return fields

    def get_meta_options(self, model):
        """Offer no permissions: who may see or change a record may do so with its versions."""
        return {**super().get_meta_options(model), "default_permissions": ()}

    def post_save(self, *args, **options):
        """Leave it to the act."""

    def post_delete(self, *args, **options):
        """Leave it to the act."""

    def pre_delete(self, *args, **options):
        """Leave it to the act."""
