"""The app as the admin names it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Sources."""

    name = "directory"
    verbose_name = _("Sources")
