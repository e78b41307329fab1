"""Every setting that an operator can make, in one table.

`SETTINGS` is read by the settings modules, by `manage.py check` and by the test that compares it with
docs/operator.md. A secret may be given as a file: `NAME_FILE=/run/secrets/name` stands for `NAME`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
# As config/machine/checkout.py has it, which needs no Django.
VAR = Path(os.environ.get("VAR_ROOT") or ROOT / "var")
DATABASE_URL_FILE = VAR / "database_url"


@dataclass(frozen=True)
class Setting:
    """One environment variable: what it is called, what it means, what it may be."""

    name: str
    default: str
    meaning: str
    parse: Callable[[str], Any]
    expects: str
    secret: bool = False


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    low = value.strip().lower()
    if low in {"1", "true", "yes", "on"}:
        return True
    if low in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(value)


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(value)
    return number


def _minutes(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(value)
    return number


def _port(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 65535:
        raise ValueError(value)
    return number


def _port_or_none(value: str) -> int:
    return 0 if value.strip() == "0" else _port(value)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DATABASE_URL",
        "",
        "The PostGIS database. Empty: the private cluster that `make db` starts.",
        _text,
        "postgresql://user:password@host:5432/name",
        secret=True,
    ),
    Setting(
        "VAR_ROOT",
        "",
        "Where all that is made and not committed is kept, private database and all. Empty: var/ of this folder.",
        _text,
        "a folder",
    ),
    Setting("PORT", "8000", "The port that `make demo` serves on.", _port, "a number from 1 to 65535"),
    Setting(
        "HEALTH_PORT",
        "8001",
        "The port that /healthz and /readyz have to themselves. `make demo` takes any free one.",
        _port_or_none,
        "a number from 1 to 65535; 0 for none",
    ),
    Setting(
        "HEALTH_HOST",
        "127.0.0.1",
        "The address that HEALTH_PORT listens on. Not a public one: /readyz says what is the matter.",
        _text,
        "an address of this machine",
    ),
    Setting("WEB_PROCESSES", "2", "How many processes answer.", _whole, "a whole number from 1"),
    Setting(
        "WEB_THREADS",
        "4",
        "Threads for ordinary pages in each of them. Costly questions have two more of their own.",
        _whole,
        "a whole number from 1",
    ),
    Setting(
        "SECRET_KEY",
        "",
        "Signs log-ins and links. Needed in production; elsewhere one is made under var/.",
        _text,
        "50 random characters or more",
        secret=True,
    ),
    Setting(
        "ALLOWED_HOSTS",
        "",
        "Names this site answers to, separated by commas. Needed in production.",
        _words,
        "map.example.org,www.example.org",
    ),
    Setting(
        "SITE_URL",
        "",
        "The public address, used in e-mails, snippets and feeds. Empty: taken from the request.",
        _text,
        "https://map.example.org",
    ),
    Setting("DEMO", "no", "Show sent e-mail at /demo/mail/. Never in production.", _flag, "yes or no"),
    Setting(
        "EMAIL_URL",
        "",
        "Where mail is handed over. Empty: the demo keeps it, production refuses to start.",
        _text,
        "smtp://user:password@host:587?tls=yes",
        secret=True,
    ),
    Setting(
        "DEFAULT_FROM_EMAIL",
        "Hereabouts <no-reply@localhost>",
        "Who mail comes from.",
        _text,
        "Hereabouts <map@example.org>",
    ),
    Setting("TIME_ZONE", "Europe/London", "The time zone of the place.", _text, "an IANA name"),
    Setting("LANGUAGE_CODE", "en-gb", "The language of pages.", _text, "en-gb or cy"),
    Setting("MEDIA_ROOT", "", "Where uploaded files are kept. Empty: var/media.", _text, "a folder"),
    Setting("BASEMAP_ROOT", "", "Where basemaps (PMTiles) are kept. Empty: var/basemap.", _text, "a folder"),
    Setting(
        "SNAPSHOT_ROOT",
        "",
        "Where worked-out networks are kept, what only members may see among them. Empty: var/snapshots.",
        _text,
        "a folder",
    ),
    Setting(
        "ACCEL_REDIRECT",
        "",
        "Where the proxy finds the files of SNAPSHOT_ROOT/exports itself: an internal location of nginx "
        "(X-Accel-Redirect), run by the group that owns them. Empty: the application sends them.",
        _text,
        "/exports/",
    ),
    Setting(
        "WITHDRAWALS_ROOT",
        "",
        "Where it is kept, outside of the database, what people took back. Empty: var/withdrawals. Back it up.",
        _text,
        "a folder",
    ),
    Setting(
        "TILE_MAX_FEATURES",
        "5000",
        "The most dots in one tile; above it, they are drawn as counts.",
        _whole,
        "a whole number",
    ),
    Setting(
        "TILE_CACHE_MB",
        "32",
        "Megabytes of tiles that each web process keeps, so that a tile asked for again costs no query.",
        _whole,
        "a whole number; 0 to keep none",
    ),
    Setting(
        "PAGE_COPIES_MB",
        "64",
        "Megabytes of copies of public pages that the web processes share in the database.",
        _whole,
        "a whole number; 0 to keep none",
    ),
    Setting(
        "STATEMENT_TIMEOUT_MS",
        "10000",
        "The longest one web query may take, in milliseconds.",
        _whole,
        "a whole number; 0 for no limit",
    ),
    Setting(
        "LOCK_TIMEOUT_MS",
        "5000",
        "The longest a web query may wait for somebody else's change, in milliseconds.",
        _whole,
        "a whole number; 0 for no limit",
    ),
    Setting(
        "JOB_MINUTES",
        "60",
        "The longest that one background job may take, in minutes; then it is stopped and tried again later.",
        _minutes,
        "a whole number from 1",
    ),
    Setting(
        "RASTER_TILES_URL",
        "",
        "A raster basemap of another provider. Off by default: it tells them who reads what.",
        _text,
        "https://tiles.example.org/{z}/{x}/{y}.png",
    ),
    Setting(
        "RASTER_TILES_ATTRIBUTION",
        "",
        "The credit that the raster provider asks for. Needed with RASTER_TILES_URL.",
        _text,
        "(c) Example",
    ),
    Setting(
        "BEHIND_PROXY",
        "no",
        "Trust X-Forwarded-Proto and X-Forwarded-For from one proxy in front.",
        _flag,
        "yes or no",
    ),
    Setting(
        "LIMIT_COSTLY_PER_MINUTE",
        "120",
        "How many costly questions (networks, exports) one address may ask a minute; half as many at once.",
        _whole,
        "a whole number; 0 for no limit",
    ),
    Setting(
        "LIMIT_SENDING_PER_MINUTE",
        "120",
        "How many forms one address may send a minute; half as many at once.",
        _whole,
        "a whole number; 0 for no limit",
    ),
    Setting(
        "REQUIRE_STEWARD_MFA",
        "no",
        "Stewards need a second step of signing in (an authenticator app or a passkey) for /admin/. "
        "Superusers always do.",
        _flag,
        "yes or no",
    ),
    Setting(
        "READYZ_PUBLIC",
        "no",
        "Answer /readyz on the public port too, to anybody. The health listener always does.",
        _flag,
        "yes or no",
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def get(name: str, environ: Mapping[str, str] | None = None) -> Any:
    """Return the parsed value of the setting `name`.

    Raises `ImproperlyConfigured` with what was wrong, where, and what would do.
    """
    environ = os.environ if environ is None else environ
    setting = BY_NAME[name]
    raw = environ.get(name)
    if raw is None and (path := environ.get(f"{name}_FILE")):
        try:
            raw = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {path}, which cannot be read ({error.strerror}). "
                f"Give a readable file, or set {name} itself."
            ) from None
    if raw is None:
        raw = setting.default
    try:
        return setting.parse(raw)
    except ValueError:
        shown = "a value that is kept secret" if setting.secret else repr(raw)
        raise ImproperlyConfigured(
            f"{name} is {shown}, which cannot be used. It should be {setting.expects}."
        ) from None


def database(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return Django's settings for the database, from DATABASE_URL or the private cluster.

    Raises `ImproperlyConfigured` when the address is not one of PostgreSQL.
    """
    url = get("DATABASE_URL", environ)
    if not url and DATABASE_URL_FILE.exists():
        url = DATABASE_URL_FILE.read_text(encoding="utf-8").strip()
    if not url:
        # Commands that need no database (help, lint) still run; the others say "run make db".
        url = f"postgresql:///hereabouts?host={VAR / 'not-started'}"
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with {parts.scheme or 'nothing'!r}. Hereabouts needs PostGIS: "
            "postgresql://user:password@host:5432/name."
        )
    query = dict(parse_qsl(parts.query))
    try:
        port = parts.port or ""
    except ValueError:
        raise ImproperlyConfigured(
            "The port in DATABASE_URL is not a number. Write postgresql://user:password@host:5432/name."
        ) from None
    return {
        "ENGINE": "config.postgis",
        "NAME": unquote(parts.path.lstrip("/")) or "hereabouts",
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or port,
        "OPTIONS": query,
    }


def secret_key() -> str:
    """Return SECRET_KEY, or the one kept under var/ (made on first use; development and demo only)."""
    key = get("SECRET_KEY")
    if key:
        return key
    path = VAR / "secret_key"
    if not path.exists():
        import secrets

        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(60), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def email() -> dict[str, Any]:
    """Return Django's mail settings from EMAIL_URL; an empty dict when it is not set."""
    url = get("EMAIL_URL")
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL is not an address of a mail server. Write smtp://user:password@host:587?tls=yes."
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": _flag(dict(parse_qsl(parts.query)).get("tls", "no")),
    }
