"""Editing methods and practices, the calls by which they are sought, and judging what is nominated."""

from django.contrib import admin
from django_countries.filters import CountryFilter

from directory.admin import ListedAdmin
from practices.call_admin import ReviewerAdmin, RoundAdmin
from practices.mail_admin import MailTextAdmin
from practices.models import MailText, Nomination, NominationRound, Practice, Reviewer
from practices.nomination_admin import NominationAdmin

admin.site.register(NominationRound, RoundAdmin)
admin.site.register(Nomination, NominationAdmin)
admin.site.register(Reviewer, ReviewerAdmin)
admin.site.register(MailText, MailTextAdmin)


@admin.register(Practice)
class PracticeAdmin(ListedAdmin):
    """Methods, and practices that were nominated."""

    columns = ("kind", "sector", "standing", "country", "developer")
    filters = ("kind", "sector", "standing", ("country", CountryFilter))
    facts = (
        ("kind", "sector", "standing"),
        "country",
        ("since", "since_wording"),
        ("developer", "based_on"),
        "themes",
        "projects",
        "meetings",
    )
    texts = (
        ("purpose_sv", "purpose_en"),
        ("description_sv", "description_en"),
        ("evidence_sv", "evidence_en"),
        "evidence_links",
    )
