"""Django's command, which never writes out what visitors entrusted to us, nor what only this database understands.

The one would lie about in files; the other, such as what the records are found by, would come back beside others.
"""

from django.apps import apps
from django.core.management.commands import dumpdata


class Command(dumpdata.Command):
    """Dumps records and rows, but no nominations, nobody who wrote to us, and nothing that follows from the records."""

    def handle(self, *labels, **options):
        """Leave out the models that are marked so, even where all managers are asked for."""
        private = [model._meta.label for model in apps.get_models() if getattr(model, "not_dumped", False)]
        named = {label.casefold() for label in labels}
        # A model asked for by name is refused in words rather than left out in silence.
        if refused := [label for label in private if label.casefold() in named]:
            self.stderr.write(
                f"Not dumped, as visitors entrusted it to us or only this database understands it: {', '.join(refused)}."
            )
            labels = [label for label in labels if label.casefold() not in {each.casefold() for each in refused}]
            if not labels:
                return None
        return super().handle(*labels, **{**options, "exclude": [*options["exclude"], *private]})
