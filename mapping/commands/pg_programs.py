"""PostgreSQL's own programs (pg_dump, pg_restore, psql), pointed at the site's database."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import IO

from django.db import connection
from psycopg.conninfo import make_conninfo

from config.errors import HereaboutsError
from config.machine import server


class ProgramFailed(HereaboutsError):
    """A program that is not there or failed. Says which, its last words, and what to do."""

    status = 500


def run(
    name: str, *words: str | Path, given: IO[bytes] | None = None, database: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Run a program of PostgreSQL and return what it printed. Raises `ProgramFailed`.

    With `database` it is told which one; the password goes through the environment, where nobody else reads it.
    """
    about = connection.settings_dict
    env = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
    target = []
    if database:
        known = {"dbname": about["NAME"], "user": about["USER"], "host": about["HOST"], "port": about["PORT"]}
        options = {key: value for key, value in about["OPTIONS"].items() if key.startswith("ssl")}
        target = ["--dbname", make_conninfo(**{key: value for key, value in {**known, **options}.items() if value})]
        if about["PASSWORD"]:
            env["PGPASSWORD"] = about["PASSWORD"]
    done = subprocess.run(
        [_program(name), *target, *map(str, words)], stdin=given or subprocess.DEVNULL, capture_output=True, env=env,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split())[-300:]
        raise ProgramFailed(f"{name} failed: {said or 'it said nothing.'}")
    return done


def _program(name: str) -> str:
    """Its path: beside the server's programs of the newest version here, or on the PATH."""
    servers = server.installed()
    folders = [it.programs for it in servers] + [it / "bin" for it in sorted(server.DEBIAN_PROGRAMS.glob("*"))[::-1]]
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise ProgramFailed(f"There is no {name} here: apt-get install postgresql-client (of the server's version).")
    return found
