"""Settings, read from the environment; every variable is named once and explained in the README."""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# `make run` writes this file; without it only the real environment counts and everything stays strict.
environ.Env.read_env(BASE_DIR / ".env")


def setting(read, name, default=environ.Env.NOTSET):
    """Return one environment variable, or stop the start with a sentence that says what to do."""
    try:
        value = read(name, default=default)
    except (ImproperlyConfigured, ValueError, KeyError) as error:
        sys.exit(
            f"The setting {name} is missing or cannot be read ({error}). "
            f"Set it in the environment or in the file .env; the README lists every variable."
        )
    return value


DEBUG = setting(env.bool, "DEBUG", False)
SECRET_KEY = setting(env.str, "SECRET_KEY")
ALLOWED_HOSTS = setting(env.list, "ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = setting(env.list, "CSRF_TRUSTED_ORIGINS", [])
if len(SECRET_KEY) < 50:
    sys.exit("The setting SECRET_KEY is too short: give it at least 50 random characters.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    sys.exit("The setting ALLOWED_HOSTS must name the hosts that the site answers for, separated by commas.")

# Who answers for the site; shown on the pages about it.
SITE_OWNER = setting(env.str, "SITE_OWNER", "")
SITE_EMAIL = setting(env.str, "SITE_EMAIL", "")

INSTALLED_APPS = [
    "directory.desk.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_countries",
    "django_filters",
    "directory",
    "networks",
    "projects",
    "meetings",
    "practices",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "directory.middleware.RefuseUnreadableQuery",
    "directory.middleware.SayWhenTheDatabaseIsAway",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "directory.urls"
WSGI_APPLICATION = "directory.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["directory.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "directory.pages.site",
            ],
        },
    }
]

DATABASE_URL = setting(env.str, "DATABASE_URL", f"sqlite:///{BASE_DIR / 'data' / 'directory.sqlite3'}")
if not DATABASE_URL.startswith(("sqlite://", "postgres://", "postgresql://")):
    sys.exit("The setting DATABASE_URL must begin with sqlite:/// or postgres://.")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    # A read that turns into a write cannot wait for its turn unless it said so first (IMMEDIATE); FULL keeps
    # an acknowledged write through a power cut; secure_delete makes a removed person's bytes go away.
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;",
    }
    if DATABASE["NAME"] != ":memory:":
        Path(DATABASE["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    # The pool with health checks outlives a restart of the server; it asks that connections are not kept otherwise.
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE.setdefault("OPTIONS", {}).update(
        pool={"min_size": 1, "max_size": 6, "timeout": 10},
        options="-c statement_timeout=15000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=60000",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["directory.formats"]
TIME_ZONE = "Europe/Stockholm"
USE_THOUSAND_SEPARATOR = True

FIXTURE_DIRS = [BASE_DIR / "fixtures"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = setting(env.str, "STATIC_ROOT", str(BASE_DIR / "staticfiles"))
MEDIA_ROOT = setting(env.str, "MEDIA_ROOT", str(BASE_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Plain http is for one's own machine only: `make run` switches this off in .env.
HTTPS = setting(env.bool, "HTTPS", True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # a probe asks from inside, over plain http
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Name the header only behind a proxy that always sets it itself, such as "X-Forwarded-Proto".
PROXY_HEADER = setting(env.str, "PROXY_HEADER", "")
if PROXY_HEADER:
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{PROXY_HEADER.upper().replace('-', '_')}", "https")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "directory.pages.refused"
X_FRAME_OPTIONS = "DENY"
# A network with sixty members is one form; Django's limit of 1,000 fields would refuse it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
