"""How many of the questions that people ask are answered (`questions.py`), as a table by kind of question."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import psycopg

from .database import ROOT, Server, empty, environ, manage
from .questions import KINDS
from .report import Row

DATABASE = "hereabouts_bench_questions"
GOAL = 0.95
LAST = "bristol-centre"

ASK = """
import json
import django; django.setup()
from bench.questions import answered
from mapping.models import Place
rows = answered(Place.objects.current().filter(is_home=True))
print(json.dumps([[it["place"], it["kind"], it["q"], wrong] for it, wrong in rows]))
"""


def rows(server: Server) -> list[Row]:
    """One row for each kind of question, and one for all."""
    url = _places(server)
    done = subprocess.run([sys.executable, "-c", ASK], env=environ(url), cwd=ROOT, check=True, capture_output=True)
    asked = json.loads(done.stdout.splitlines()[-1])
    for place, kind, text, wrong in asked:
        if wrong:
            print(f"  not answered: {place}, {kind}: {text}: {'; '.join(wrong)}")
    of_kind, good = Counter(it[1] for it in asked), Counter(it[1] for it in asked if not it[3])
    found = [Row(f"questions: {kind}", "", f"{good[kind]} of {of_kind[kind]} answered") for kind in KINDS]
    share = sum(good.values()) / len(asked)
    found.append(
        Row(
            "questions: all",
            f">= {GOAL:.0%}",
            f"{sum(good.values())} of {len(asked)} answered",
            met=share >= GOAL,
            figures={"answered": sum(good.values()), "asked": len(asked)},
        )
    )
    return found


def _are_there(server: Server) -> bool:
    """Whether the second place, which is made last, is in the database."""
    try:
        with psycopg.connect(server.url(DATABASE), autocommit=True) as connection:
            return connection.execute("SELECT EXISTS (SELECT FROM mapping_place WHERE slug = %s)", [LAST]).fetchone()[0]
    except psycopg.Error:
        return False


def _places(server: Server) -> str:
    """A database with the demo's two places: made once, when it is not there."""
    if not _are_there(server):
        url = empty(server, DATABASE)
        manage(url, "load_demo")
    url = server.url(DATABASE)
    manage(url, "migrate", "--verbosity=0")
    return url
