"""A back-up of the whole database as one file, and the way back: all of it or nothing.

    restore.back_up(path)
    restored = restore.restore(path)

A restored database is as it was, except for what must not come back: what people have taken back since is taken back
again (`withdrawals`), and every revision gets a number that was never used, so that no cache, file or open page takes
what it has of a later one for the present.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest, Now

from mapping import signals
from mapping.models import Place, Revision
from mapping.network import snapshots

from . import pg_programs, restored_withdrawals
from .restored_withdrawals import Reapplied

# What only a superuser may make, and every database has already (`make db`, or the operator's).
NOT_OURS = re.compile(
    r"^\d+; \d+ \d+ (EXTENSION|COMMENT - EXTENSION|SCHEMA|COMMENT - SCHEMA|ACL|TABLE DATA public spatial_ref_sys) "
)

# Everything of ours goes, whatever version made it, and nothing of an extension's.
EMPTY = """
SET client_min_messages = warning;
DO $$
DECLARE it record;
BEGIN
  FOR it IN
    SELECT c.oid::regclass AS name, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('DROP %s IF EXISTS %s CASCADE',
                   CASE it.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, it.name);
  END LOOP;
  FOR it IN
    SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = 'public'
       AND NOT EXISTS (SELECT 1 FROM pg_depend d
                        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', it.name);
  END LOOP;
  FOR it IN
    SELECT t.oid::regtype AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_class c ON c.oid = t.typrelid
     WHERE n.nspname = 'public' AND (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c'))
       AND NOT EXISTS (SELECT 1 FROM pg_depend d
                        WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', it.name);
  END LOOP;
  FOR it IN
    SELECT c.collname AS name FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
     WHERE n.nspname = 'public'
  LOOP
    EXECUTE format('DROP COLLATION IF EXISTS public.%I CASCADE', it.name);
  END LOOP;
  FOR it IN
    SELECT c.cfgname AS name FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
     WHERE n.nspname = 'public'
  LOOP
    EXECUTE format('DROP TEXT SEARCH CONFIGURATION IF EXISTS public.%I CASCADE', it.name);
  END LOOP;
END $$;
"""


def back_up(path: Path) -> int:
    """Write the whole database to `path`, readable by its owner only: all of it or nothing. Returns its bytes.

    Raises `pg_programs.ProgramFailed`, or OSError when the file cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        pg_programs.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", part)
        # Can it be read again?
        pg_programs.run("pg_restore", "--list", part, database=False)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        size = part.stat().st_size
        part.replace(path)
        return size
    finally:
        part.unlink(missing_ok=True)


def restore(path: Path) -> Reapplied:
    """Replace everything in the database by what is in `path`, then take back again what was taken back since.

    The replacement is one transaction: when it fails, the database is as it was. Raises `pg_programs.ProgramFailed`.
    """
    listed = pg_programs.run("pg_restore", "--list", path, database=False).stdout.decode(errors="replace")
    wanted = "".join(f"{line}\n" for line in listed.splitlines() if not NOT_OURS.match(line))
    with tempfile.TemporaryDirectory(prefix="hereabouts-restore-") as folder:
        names, script = Path(folder) / "list", Path(folder) / "script.sql"
        names.write_text(wanted, encoding="utf-8")
        made = Path(folder) / "made.sql"
        options = ["--no-owner", "--no-privileges", "--use-list", names, "--file", made]
        pg_programs.run("pg_restore", *options, path, database=False)
        connection.close()
        # Emptied and filled in one transaction: who reads meanwhile waits.
        script.write_text(EMPTY, encoding="utf-8")
        words = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", script, "-f", made]
        pg_programs.run("psql", *words)
    # A back-up of an earlier version has its tables.
    call_command("migrate", interactive=False, verbosity=0)
    found = restored_withdrawals.reapply()
    after_restore()
    return found


def after_restore() -> None:
    """Give every revision a number that was never used, forget what is kept, and have networks worked out anew."""
    Revision.objects.update(number=Greatest(F("number") + 1, int(time.time())), raised_at=Now())
    snapshots.forget()
    homes = Place.objects.homes().values_list("pk", flat=True)
    signals.revision_raised.send(sender=Revision, places=set(homes))
