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
        self.let_staff_in()

    def let_staff_in(self):
        """Keep sessions and roles true to what signs in, and to what migrations bring."""
        from allauth.mfa import signals
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_migrate

        from directory import roles, sessions, signin

        user_logged_in.connect(sessions.begin)
        signals.authenticator_used.connect(signin.remember_second_factor)
        signals.authenticator_removed.connect(signin.forget_second_factor)
        post_migrate.connect(roles.migrated)
