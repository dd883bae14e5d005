"""Publishing as a right of its own: who does not have it writes drafts, and leaves what is published as it is."""

from django.contrib.auth import get_permission_codename


class PublishedByModerators:
    """A form of a record whose `published` only those change who may publish."""

    def has_publish_permission(self, request):
        """Whether the editor may publish and withdraw such records."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('publish', self.opts)}")

    def get_readonly_fields(self, request, obj=None):
        """Show `published` without a box to tick."""
        fields = super().get_readonly_fields(request, obj)
        return fields if self.has_publish_permission(request) else (*fields, "published")

    def get_form(self, request, obj=None, **options):
        """Begin a new record as a draft where the editor may not publish it."""
        form = super().get_form(request, obj, **options)
        return form if obj or self.has_publish_permission(request) else type("DraftForm", (Draft, form), {})


class Draft:
    """A form whose new record is not published."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.instance.published = False
