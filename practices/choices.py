"""What sorts of practice there are, and where in society they are at home."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What sort of practice it is."""

    METHOD = "method", _("method")
    TOOL = "tool", _("tool")
    PROGRAMME = "programme", pgettext_lazy("practice", "programme")
    APPROACH = "approach", _("approach")
    FRAMEWORK = "framework", _("framework")
    PLATFORM = "platform", _("platform")
    PARTNERSHIP_MODEL = "partnership-model", _("partnership model")
    MODEL = "model", _("model")


class Sector(models.TextChoices):
    """The part of society in which the practice is at home."""

    PUBLIC = "public", _("public sector")
    PRIVATE = "private", _("private sector")
    CIVIL_SOCIETY = "civil-society", _("civil society")
    UNKNOWN = "unknown", pgettext_lazy("sector", "not stated")
