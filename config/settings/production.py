"""Production: behind TLS. Refuses to start half set up."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, DEMO, SECRET_KEY, env

if not env.get("SECRET_KEY"):
    raise ImproperlyConfigured("SECRET_KEY is not set. Set it, or SECRET_KEY_FILE, to 50 random characters or more.")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters. Use a longer random one.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is empty, so no page would answer. Set it to the names of this site.")
if DEMO:
    raise ImproperlyConfigured("DEMO shows everybody's mail. Unset it in production.")
if not env.get("EMAIL_URL"):
    raise ImproperlyConfigured(
        "EMAIL_URL is not set, so nobody could sign in. Write smtp://user:password@host:587?tls=yes."
    )

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
