"""The admin app with the directory's own site, as the settings name it."""

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """The admin, with the directory's own site."""

    default_site = "directory.admin.AdminSite"
