"""The app as the admin names it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Methods and practices."""

    name = "practices"
    verbose_name = _("Methods and practices")
