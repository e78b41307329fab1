"""Tests: quick hashes, mail in memory, static files straight from the sources."""

from .base import *  # noqa: F403
from .base import DATABASES, VAR

ALLOWED_HOSTS = ["*"]
DEMO = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "config.accounts.stamped.StampedHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = VAR / "test" / "media"
BASEMAP_ROOT = VAR / "test" / "basemap"
SNAPSHOT_ROOT = VAR / "test" / "snapshots"
AXES_ENABLED = False
# Tests sign superusers in by force; those of second steps put it on again (tests/config/accounts).
REQUIRE_SUPERUSER_MFA = False
# Tests take their rows back, which a published revision never does.
TILE_CACHE_MB = PAGE_COPIES_MB = 0
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Every test asks from one address.
LIMIT_COSTLY_PER_MINUTE = LIMIT_SENDING_PER_MINUTE = 0
# A pool would keep connections open past the end of the test database.
DATABASES["default"]["OPTIONS"].pop("pool")
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Only here: what feeds are fetched from is served by the tests themselves.
FEEDS_MAY_ASK_THIS_MACHINE = True
