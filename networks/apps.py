"""The app as the admin names it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworksConfig(AppConfig):
    """Networks."""

    name = "networks"
    verbose_name = _("Networks")
