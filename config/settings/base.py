"""Settings that hold everywhere. What differs by machine comes from the environment (config/env.py)."""

from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.conf import global_settings

from config import env

ROOT = env.ROOT
VAR = env.VAR

SECRET_KEY = env.secret_key()
DEBUG = False
ALLOWED_HOSTS = env.get("ALLOWED_HOSTS")
SITE_URL = env.get("SITE_URL").rstrip("/")
DEMO = env.get("DEMO")

INSTALLED_APPS = [
    "cms",
    "listings",
    "mapping",
    "config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "mapping.views.copies.CopyMiddleware",
    "config.middleware.LimitsMiddleware",
    "mapping.views.tiles.TileMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.TranslatedLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PolicyMiddleware",
    "mapping.access.account_audit.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.accounts.proof.SecondStepMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.middleware.ErrorsMiddleware",
    "config.unavailable.UnavailableMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.database()}
# A connection is asked whether it still lives before it is used, so that a database that was started again meets none
# of the old ones. How long one is waited for, and what is said when none comes: config/postgis.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] = {
    # Without a word from a server that is gone, a connection is given up after so long (s; ms).
    "connect_timeout": "2",
    "tcp_user_timeout": "3000",
    **DATABASES["default"]["OPTIONS"],
    # One for each thread (config/serving: the ordinary ones, two for what is costly), and two to spare.
    "pool": {
        "min_size": 0,
        "max_size": env.get("WEB_THREADS") + 4,
        "timeout": 0.1,
        "reconnect_timeout": 0.5,
        "max_waiting": 64,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATEMENT_TIMEOUT_MS = env.get("STATEMENT_TIMEOUT_MS")
LOCK_TIMEOUT_MS = env.get("LOCK_TIMEOUT_MS")
READYZ_PUBLIC = env.get("READYZ_PUBLIC")

# Background work (mapping/jobs).
JOB_MINUTES = env.get("JOB_MINUTES")
# Feeds are fetched from public addresses only; tests serve theirs on this machine.
FEEDS_MAY_ASK_THIS_MACHINE = False
PROCRASTINATE_ON_APP_READY = "mapping.jobs.retry.set_default"

LIMIT_COSTLY_PER_MINUTE = env.get("LIMIT_COSTLY_PER_MINUTE")
LIMIT_SENDING_PER_MINUTE = env.get("LIMIT_SENDING_PER_MINUTE")
BEHIND_PROXY = env.get("BEHIND_PROXY")
# What the processes remember together, such as how often a sign-in code was asked for. Files, not the memory of each.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# After Django's own, which make the hashes.
PASSWORD_HASHERS = [*global_settings.PASSWORD_HASHERS, "config.accounts.stamped.StampedHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/post/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.accounts.adapter.Adapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
# How long "it is they" holds, for what is serious: second steps, one's data, deleting the account.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "config.accounts.adapter.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "config.accounts.passkey_forms.AddForm",
    "authenticate_webauthn": "config.accounts.passkey_forms.AuthenticateForm",
    "reauthenticate_webauthn": "config.accounts.passkey_forms.ReauthenticateForm",
    "login_webauthn": "config.accounts.passkey_forms.LoginForm",
}
# Clocks of phones are a little off: the code before and the one after do too.
MFA_TOTP_TOLERANCE = 1
# Nobody reaches either admin as a superuser without a second step; stewards as the operator decides.
REQUIRE_SUPERUSER_MFA = True
REQUIRE_STEWARD_MFA = env.get("REQUIRE_STEWARD_MFA")
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Of the reader, not of a proxy in front (without django-ipware axes would take that).
AXES_CLIENT_IP_CALLABLE = "config.limits.reader_of"

LANGUAGE_CODE = env.get("LANGUAGE_CODE")
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [ROOT / "config" / "locale"]
TIME_ZONE = env.get("TIME_ZONE")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "config.finders.AppFinder",
    "config.finders.VendorFinder",
    "config.finders.BuiltFinder",
]
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.StaticStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.get("MEDIA_ROOT") or VAR / "media")
BASEMAP_ROOT = Path(env.get("BASEMAP_ROOT") or VAR / "basemap")
SNAPSHOT_ROOT = Path(env.get("SNAPSHOT_ROOT") or VAR / "snapshots")
ACCEL_REDIRECT = env.get("ACCEL_REDIRECT")
WITHDRAWALS_ROOT = Path(env.get("WITHDRAWALS_ROOT") or VAR / "withdrawals")
RASTER_TILES_URL = env.get("RASTER_TILES_URL")
RASTER_TILES_ATTRIBUTION = env.get("RASTER_TILES_ATTRIBUTION")
TILE_MAX_FEATURES = env.get("TILE_MAX_FEATURES")
TILE_CACHE_MB = env.get("TILE_CACHE_MB")
PAGE_COPIES_MB = env.get("PAGE_COPIES_MB")

# One policy for every page of ours. Wagtail's admin needs inline scripts and styles, so it has its own
# (config/middleware.py); widgets replace frame-ancestors with their own allow list.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],  # and the hash of the import map: config/middleware.py
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
if RASTER_TILES_URL:
    # The one thing that may come from elsewhere, because an operator chose so.
    _raster = urlsplit(RASTER_TILES_URL.replace("{s}", "*"))
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(f"{_raster.scheme}://{_raster.netloc}")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

DEFAULT_FROM_EMAIL = env.get("DEFAULT_FROM_EMAIL")
EMAIL_TIMEOUT = 10
_mail = env.email()
if _mail:
    globals().update(_mail)
elif DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"

TAGGIT_CASE_INSENSITIVE = True
WAGTAIL_SITE_NAME = "Hereabouts"
# Letters that a job sends have no request to take the address from.
WAGTAILADMIN_BASE_URL = SITE_URL or f"http://127.0.0.1:{env.get('PORT')}"
# Some machines list a zone "localtime", which browsers do not know.
WAGTAIL_USER_TIME_ZONES = sorted(available_timezones() - {"localtime"})
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Stewards sign in with a code to a proven address: no passwords, and no changing of the address past that proof.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict] = []
# gis.W001 asks for GDAL 3.9: spatial references of others are read by pyproj, never handed to GDAL.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # With the database away it would write two lines at every try; config/unavailable.py writes one now and then.
    "loggers": {"psycopg.pool": {"level": "ERROR"}},
}
