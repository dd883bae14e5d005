"""The app as the admin names it, and what is made ready when it starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Sources, and what it means to be listed."""

    name = "directory"
    verbose_name = _("Sources")

    def ready(self):
        """Find the filters of every app, so that commands too know what records are indexed by."""
        autodiscover_modules("filters")
        from directory.writes import start

        start()
