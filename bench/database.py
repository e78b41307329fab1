"""Databases of the benchmarks' own, beside the one that is served.

They are kept between runs, since a million rows take a while.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
# Raise it when the generator writes other rows.
GENERATION = 3
TEMPLATE = "hereabouts_bench_template"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server, by the parts of an address of it."""

    user: str
    password: str
    host: str
    port: str

    def url(self, database: str) -> str:
        """The address of a database on it, as DATABASE_URL has it."""
        password = f":{quote(self.password, safe='')}" if self.password else ""
        where = f"?host={quote(self.host, safe='/')}&port={self.port or 5432}" if self.is_socket else ""
        at = "" if self.is_socket else f"{self.host or '127.0.0.1'}:{self.port or 5432}"
        return f"postgresql://{quote(self.user, safe='')}{password}@{at}/{database}{where}"

    def url_with_host(self, database: str) -> str:
        """The same, for programs that want a host in its place: the folder of a socket is escaped."""
        password = f":{quote(self.password, safe='')}" if self.password else ""
        host = quote(self.host or "127.0.0.1", safe="")
        return f"postgresql://{quote(self.user, safe='')}{password}@{host}:{self.port or 5432}/{database}"

    @property
    def is_socket(self) -> bool:
        return self.host.startswith("/")


def here() -> Server:
    """The server that DATABASE_URL, or the private cluster, names."""
    from config import env

    parts = env.database()
    return Server(parts["USER"] or "postgres", parts["PASSWORD"], parts["HOST"], str(parts["PORT"] or ""))


@cache
def _template(server: Server) -> str:
    """A database with our tables and nothing in them, brought up to date once a run: others are copies of it."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    manage(server.url(TEMPLATE), "migrate", "--verbosity=0")
    return TEMPLATE


def empty(server: Server, database: str) -> str:
    """Make a database anew, with our tables and nothing in them; return its address."""
    template = _template(server)
    drop(server, database)
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(template))
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(make)
    return server.url(database)


def drop(server: Server, database: str) -> None:
    """Take a database of the benchmarks away."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def manage(url: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a management command against a database. Raises RuntimeError with its last line when it fails."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=environ(url, **environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise RuntimeError(f"manage.py {words[0]}: {''.join(last)}")
    return done


def environ(url: str, **more: str) -> dict[str, str]:
    """The environment of a program of ours that is to use the database at `url`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        **more,
    }


def filled(server: Server, database: str, nodes: int, seed: int = 1, *, town: bool = False) -> str:
    """Make sure that a database holds the generator's `nodes` nodes; return its address.

    `town` puts them into one town (bench/generate.py).
    """
    # Opening hours are kept for six weeks ahead: rows of another month are made again.
    rows = f"{GENERATION} {nodes} {seed} {town} {datetime.date.today():%Y-%m}"
    mark = f"{rows} {_schema()}"
    url = server.url(database)
    found = _mark(server, database)
    if found == mark:
        return url
    if found.rpartition(" ")[0] == rows and _brought_up_to_date(server, database, mark):
        return url
    empty(server, database)
    code = (
        "import django; django.setup()\n"
        "from bench.generate import COUNTRY, TOWN, generate\n"
        f"country = {'TOWN' if town else 'COUNTRY'}\n"
        f"generate({nodes}, {seed}, country=country, say=lambda text: print(' ', text, flush=True))\n"
    )
    subprocess.run([sys.executable, "-c", code], env=environ(url), check=True)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_mark AS SELECT %s::text AS mark", [mark])
    return url


def _brought_up_to_date(server: Server, database: str, mark: str) -> bool:
    """Migrate a database whose rows are still those of the generator, as a site is; False where that fails."""
    url = server.url(database)
    try:
        manage(url, "migrate", "--verbosity=0")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE bench_mark SET mark = %s", [mark])
            connection.execute("ANALYZE")
    except (RuntimeError, psycopg.Error):
        # Of a branch whose migrations are called otherwise now.
        return False
    return True


def _schema() -> str:
    """A stamp of our migrations: tables of older ones are brought up to date."""
    names = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/migrations/0*.py"))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]


def _mark(server: Server, database: str) -> str:
    try:
        with psycopg.connect(server.url(database), autocommit=True) as connection:
            return connection.execute("SELECT mark FROM bench_mark").fetchone()[0]
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return ""


def holds(server: Server, database: str, table: str) -> bool:
    """Whether a table of a database has any row."""
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        asked = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
        return connection.execute(asked).fetchone()[0]
