"""Editing methods and practices."""

from django.contrib import admin
from django_countries.filters import CountryFilter

from directory.admin import ListedAdmin
from practices.models import Practice


@admin.register(Practice)
class PracticeAdmin(ListedAdmin):
    """Methods, and practices that were nominated."""

    columns = ("kind", "sector", "standing", "country", "developer")
    filters = ("kind", "sector", "standing", ("country", CountryFilter))
    facts = (
        ("kind", "sector", "standing"),
        "country",
        ("developer", "based_on"),
        "themes",
        "projects",
        "meetings",
    )
    texts = (("purpose_sv", "purpose_en"), ("description_sv", "description_en"))
