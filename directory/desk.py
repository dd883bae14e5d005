"""The admin app with the directory's own site, as the settings name it."""

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """The admin, with the directory's own site."""

    default_site = "directory.admin.AdminSite"

    def ready(self):
        """Find the admin of every app; people and the log are kept in our own way."""
        super().ready()
        from django.contrib.admin import site

        from directory.people import take_over

        take_over(site)
