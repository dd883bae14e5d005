"""Settings of the tests: those of the site, with the few values that a test run needs itself."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 4)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("HTTPS", "off")
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")

from directory.settings import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files come from where they are written; nothing has to be collected first.
WHITENOISE_AUTOREFRESH = True
# The tests say themselves when views of pages are added.
VIEWS_ADDED_EVERY = 0
