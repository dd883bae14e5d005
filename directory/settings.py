"""Settings, read from the environment; every variable is named once and explained in the README."""

import os
import re
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent


def read_file(path):
    """Add what a .env file says to the environment, which counts more; an unclear line stops the start."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    except UnicodeDecodeError:
        sys.exit(f"{path} is not written in UTF-8: save it so.")
    for number, line in enumerate(lines, start=1):
        # django-environ would log such a line whole, secret and all, and go on without it.
        if line.strip() and not re.match(r"\s*#|(export )?\w+=", line):
            sys.exit(f"Line {number} of {path} is not a setting: write NAME=value, without a space before the sign.")
    environ.Env.read_env(path)


def setting(name, default=None, *, read=str):
    """Return one environment variable, or stop the start with a sentence that says what to do.

    `read` understands the text or raises ValueError with the middle of the sentence, which never repeats the text:
    it may be a secret. Nothing is interpolated, so a password may begin with `$`.
    """
    try:
        if name in os.environ:
            return read(os.environ[name])
        if default is None:
            raise ValueError("is missing")
    except ValueError as error:
        sys.exit(
            f"The setting {name} {error}. "
            f"Set it in the environment or in the file .env; the README lists every variable."
        )
    return default


def switch(text):
    """Read on or off; a misspelt word must not quietly switch a protection off."""
    word = text.strip().lower()
    if word not in ("on", "true", "yes", "1", "off", "false", "no", "0"):
        raise ValueError("must be on or off")
    return word in ("on", "true", "yes", "1")


def several(text):
    """Read what stands between commas."""
    return [item.strip() for item in text.split(",") if item.strip()]


def hosts(text):
    """Read the hosts that the site answers for; a wildcard would let anyone choose the site's name."""
    names = several(text)
    if not names or any("*" in name for name in names):
        raise ValueError("must name the hosts that the site answers for, separated by commas and without *")
    return names


def secret(text):
    """Read a key too long to be guessed."""
    if len(text) < 50:
        raise ValueError("is too short: give it at least 50 random characters")
    return text


def database(url):
    """Read the address of a database; one without a name would keep nothing, or something nobody meant."""
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise ValueError("must begin with sqlite:/// or postgres://")
    try:
        found = environ.Env.db_url_config(url)
    except ValueError:
        raise ValueError(
            "must look like postgres://user:password@host:5432/name, with / in a password written as %2F, "
            "# as %23 and ? as %3F"
        ) from None
    if not found["NAME"] or (found["NAME"] == ":memory:" and url != "sqlite:///:memory:"):
        raise ValueError("must end with a name, as in sqlite:////path/file or postgres://user:password@host/name")
    return found


def mail_server(url):
    """Read the address of a mail server; what is said to it is encrypted unless the address says otherwise."""
    if not url.startswith(("smtp://", "smtp+tls://", "smtp+ssl://")):
        raise ValueError("must begin with smtp+tls://, smtp+ssl:// or smtp://")
    try:
        found = environ.Env.email_url_config(url)
    except ValueError:
        raise ValueError("must look like smtp+tls://user:password@host:587") from None
    if not found["EMAIL_HOST"]:
        raise ValueError("must name a host, as in smtp+tls://user:password@host:587")
    return found


# `make run` writes this file; without it only the real environment counts and everything stays strict.
read_file(BASE_DIR / ".env")

DEBUG = setting("DEBUG", False, read=switch)
SECRET_KEY = setting("SECRET_KEY", read=secret)
ALLOWED_HOSTS = setting("ALLOWED_HOSTS", read=hosts)
CSRF_TRUSTED_ORIGINS = setting("CSRF_TRUSTED_ORIGINS", [], read=several)

# Who answers for the site; shown on the pages about it.
SITE_OWNER = setting("SITE_OWNER", "")
SITE_EMAIL = setting("SITE_EMAIL", "")

INSTALLED_APPS = [
    "directory.desk.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_countries",
    "django_filters",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "directory",
    "networks",
    "projects",
    "meetings",
    "practices",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "directory.visits.CountViews",
    "directory.caching.KeepPages",
    "csp.middleware.CSPMiddleware",
    "directory.middleware.ForgetVisitors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "directory.middleware.RefuseUnreadableQuery",
    "directory.middleware.SayWhenTheDatabaseIsAway",
    "directory.former_addresses.LeadOn",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "directory.sessions.EndSessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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

DATABASE = setting(
    "DATABASE_URL",
    {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "data" / "directory.sqlite3")},
    read=database,
)
DATABASES = {"default": DATABASE}
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    # A read that turns into a write cannot wait for its turn unless it said so first (IMMEDIATE); FULL keeps
    # an acknowledged write through a power cut; secure_delete makes a removed person's bytes go away.
    # Each thread keeps its connection: opening one costs more than all that a kept page asks.
    DATABASE["CONN_MAX_AGE"] = None
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;",
    }
    if DATABASE["NAME"] != ":memory:":
        Path(DATABASE["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    # The pool outlives a restart of the server; it asks that connections are not kept otherwise.
    DATABASE["ENGINE"] = "directory.postgresql"
    DATABASE.setdefault("OPTIONS", {}).update(
        pool={"min_size": 1, "max_size": 6, "timeout": 10},
        # What is asked again and again is planned once: most of what a record's page costs the server is plans.
        server_side_binding=True,
        prepare_threshold=2,
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
STATIC_ROOT = setting("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
MEDIA_ROOT = setting("MEDIA_ROOT", str(BASE_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Pages name files by what is in them; under its plain name no page asks for one.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "directory.passwords.GuessedPasswordValidator"},
]

# Plain http is for one's own machine only: `make run` switches this off in .env.
HTTPS = setting("HTTPS", True, read=switch)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # a probe asks from inside, over plain http
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Told for every host below this one and ready for the browsers' own lists, so that no cookie can be planted from
# below over plain http. Whoever serves a neighbour there without https must say so, and is not warned of it again.
HSTS_SUBDOMAINS = setting("HSTS_SUBDOMAINS", True, read=switch)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and HSTS_SUBDOMAINS
SILENCED_SYSTEM_CHECKS = [] if HSTS_SUBDOMAINS else ["security.W005", "security.W021"]
# Name the header only behind a proxy that always sets it itself, such as "X-Forwarded-Proto".
PROXY_HEADER = setting("PROXY_HEADER", "")
if PROXY_HEADER:
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{PROXY_HEADER.upper().replace('-', '_')}", "https")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
# A session that nobody uses ends after two hours; one in use after twelve (directory/sessions.py).
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "directory.pages.refused"
X_FRAME_OPTIONS = "DENY"
# A network with sixty members is one form; Django's limit of 1,000 fields would refuse it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Every so many seconds the views of pages are added to the database, by a thread that no visitor waits for.
VIEWS_ADDED_EVERY = 60

# How staff sign in (docs/decisions/0014). Long passwords with spaces are welcome; nothing has to be mixed or renewed.
AUTHENTICATION_BACKENDS = ["directory.signin.StaffOnly"]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "admin:login", "admin:index", "admin:login"
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_ADAPTER, MFA_ADAPTER = "directory.signin.AccountAdapter", "directory.signin.MFAAdapter"
ACCOUNT_FORMS = {"reset_password": "directory.signin.ResetForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
# Wrong passwords and codes: five for an account from one address, twenty from one address in all.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/5m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by administrators
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute wrong
# Every process of the server counts in the same place. It must not be so small that an attacker could push the counts out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "directory_throttle",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
# Name the header only behind a proxy that always sets it itself, such as "X-Real-IP" or "X-Forwarded-For".
CLIENT_HEADER = setting("CLIENT_HEADER", "")

# Without a mail server nobody is told that a mail was sent.
MAIL_SERVER = setting("EMAIL_URL", {"EMAIL_HOST": ""}, read=mail_server)
EMAIL_HOST = MAIL_SERVER["EMAIL_HOST"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (MAIL_SERVER.get(f"EMAIL_HOST_{each}") or "" for each in ("USER", "PASSWORD"))
EMAIL_USE_TLS, EMAIL_USE_SSL = (MAIL_SERVER.get(f"EMAIL_USE_{each}", False) for each in ("TLS", "SSL"))
EMAIL_PORT = MAIL_SERVER.get("EMAIL_PORT") or (587 if EMAIL_USE_TLS else 465 if EMAIL_USE_SSL else 25)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = setting("EMAIL_FROM", SITE_EMAIL or f"no-reply@{ALLOWED_HOSTS[0]}")
ACCOUNT_EMAIL_NOTIFICATIONS = bool(EMAIL_HOST)

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
    "formatters": {"discreet": {"()": "directory.logs.Discreet"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
