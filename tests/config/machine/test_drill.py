"""The drill, as far as it can be tried without breaking anything: what it fills in, writes down and finds."""

from __future__ import annotations

import json
import subprocess
import threading

import pytest

from config.machine import cluster, demo, drill, drill_ledger
from config.machine.drill_ledger import BUILD, IMPORT, POST, Ledger
from config.machine.drill_visitor import _Forms
from config.machine.say import Trouble

PAGE = """
<form method="get" action="/search/"><input name="q" value="hall"></form>
<form method="post" action="/post/new/"><input type="hidden" name="csrfmiddlewaretoken" value="x">
<input name="name" value="A &amp; B"><textarea name="summary">Dancing</textarea>
<input type="radio" name="repeats" value="once" checked><input type="radio" name="repeats" value="weekly">
<input type="checkbox" name="free" value="yes"><select name="kind"><option value="event">E</option>
<option value="activity" selected>A</option></select><button name="do" value="go">Go</button></form>
"""


def test_a_form_sends_what_a_browser_would():
    forms = _Forms()
    forms.feed(PAGE)
    assert forms.found[1] == (
        "/post/new/",
        {"csrfmiddlewaretoken": "x", "name": "A & B", "summary": "Dancing", "repeats": "once", "kind": "activity"},
    )


class Database:
    """Answers queries with what it is given, in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def ask(self, _query):
        text = "".join("\t".join(map(str, row)) + "\n" for row in self.answers.pop(0))
        return subprocess.CompletedProcess([], 0, stdout=text)


@pytest.fixture
def ledger(tmp_path):
    found = Ledger(tmp_path / "ledger.jsonl")
    found.write(POST, "Drill 1", uuid="a")
    found.write(POST, "Drill 2", uuid="b")
    return found


def test_what_is_acknowledged_is_written_down_at_once(ledger):
    assert [json.loads(it)["uuid"] for it in ledger.path.read_text().splitlines()] == ["a", "b"]
    assert [it["name"] for it in ledger.of(POST, since=1)] == ["Drill 2"]


def test_a_lost_a_doubled_and_a_half_listing_are_found(ledger):
    rows = [("a", "Drill 1", 1, 1), ("c", "Drill 1", 1, 1), ("d", "Drill 3", 0, 1)]
    found = drill_ledger.compare_posts(Database(rows), ledger, 0, "Drill ")
    assert (found.lost, found.doubled, found.half, found.good) == (["Drill 2"], ["Drill 1"], ["Drill 3"], False)
    good = drill_ledger.compare_posts(Database([("a", "Drill 1", 1, 1), ("b", "Drill 2", 1, 1)]), ledger, 0, "Drill ")
    assert good.good and good.acknowledged == 2


@pytest.mark.parametrize(
    ("there", "acknowledged", "wrong"),
    [(2000, 1, ""), (0, 0, ""), (0, 1, "lost"), (1999, 1, "half"), (12, 0, "half"), (2001, 1, "doubled")],
)
def test_an_import_is_there_whole_or_not_at_all(there, acknowledged, wrong):
    found = drill_ledger.compare_import(Database([(there, there)]), "x", 2000, acknowledged)
    assert found.good is (not wrong)
    assert not wrong or getattr(found, wrong) == ["x"]


def test_what_was_built_and_is_not_kept_is_found():
    acknowledged = [{"what": BUILD, "name": "one", "revision": "7"}]
    assert drill_ledger.compare_build(Database([(7, 1, "t")]), "x", acknowledged).good
    assert drill_ledger.compare_build(Database([(6, 1, "t")]), "x", acknowledged).lost == ["one"]


def test_the_table_says_every_fault_and_activity():
    found = drill_ledger.Found(3, [], [], [])
    row = drill.Row("web", {POST: found, IMPORT: found, BUILD: found}, seconds_away=1.25)
    text = drill.table([row])
    assert text.splitlines()[2] == f"| {drill.FAULTS['web']} | posting | 3 | 0 | 0 | 0 | 1.2 s |"
    assert len(text.splitlines()) == 5
    assert row.good and not drill.Row("web").good


def test_an_unknown_fault_names_the_known_ones():
    assert drill._wanted(["--only", "web, disk"]) == ["web", "disk"]
    assert drill._wanted([]) == list(drill.FAULTS)
    with pytest.raises(Trouble, match="flood.*basemap"):
        drill._wanted(["--only", "flood"])


def test_two_things_can_be_written_down_at_once(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    threads = [threading.Thread(target=ledger.write, args=(POST, str(n))) for n in range(20)]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert sorted(int(json.loads(it)["name"]) for it in ledger.path.read_text().splitlines()) == list(range(20))


class TestTheDatabaseOfTheDemo:
    class Crashed(cluster.Cluster):
        def __init__(self, crashed, fails=False):
            self.states, self.fails, self.started = crashed, fails, 0

        def crashed(self):
            return self.states

        def start(self):
            self.started += 1
            if self.fails:
                raise Trouble("The disk is full.")
            return True

    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch):
        monkeypatch.setattr(demo.time, "sleep", lambda _seconds: None)

    def test_one_that_was_killed_is_started_again(self, capsys):
        ours = self.Crashed(True)
        demo.look_at_database(ours)
        assert ours.started == 1
        assert "started again" in capsys.readouterr().out

    def test_one_that_somebody_stopped_is_left_alone(self):
        ours = self.Crashed(False)
        demo.look_at_database(ours)
        assert ours.started == 0

    def test_one_that_cannot_start_does_not_end_the_demo(self, capsys):
        demo.look_at_database(self.Crashed(True, fails=True))
        assert "The disk is full." in capsys.readouterr().out
