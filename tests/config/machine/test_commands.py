"""The commands behind make: sentences for what stops them, stamps for what need not be done again."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.machine import __main__ as entry
from config.machine import checkout, commands, demo, session, supervise
from config.machine.say import Trouble

ROOT = Path(__file__).resolve().parents[3]


def test_every_target_is_in_make_help():
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split()
    told = re.findall(r"^([a-z-]+):.*## ", text, re.M)
    assert sorted(phony) == sorted(told)
    for name in ("demo", "test", "setup", "db", "db-stop", "lint", "bench", "help"):
        assert name in phony


def test_every_target_is_in_the_operators_guide():
    guide = (ROOT / "docs" / "operator.md").read_text()
    for name in re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split():
        assert f"`make {name}" in guide, f"docs/operator.md does not mention make {name}"


def test_an_unknown_command_names_the_known_ones(capsys):
    assert commands.run(["nonsense"]) == 2
    assert "demo" in capsys.readouterr().err


def test_trouble_is_a_sentence_and_status_1(monkeypatch, capsys):
    def stop(words):
        raise Trouble("The disk is full: free some space.")

    monkeypatch.setitem(commands.COMMANDS, "setup", stop)
    assert commands.run(["setup"]) == 1
    assert "make setup has stopped. The disk is full: free some space." in capsys.readouterr().err


def old_pythons() -> list[str]:
    found = []
    for folder in [Path("/usr/bin"), *Path.home().glob(".pyenv/versions/*/bin")]:
        found += [str(path) for path in folder.glob("python3.[89]")] + [str(path) for path in folder.glob("python3.10")]
    return found


def test_every_module_parses_on_python_3_9():
    import ast

    def parses(path):
        try:
            ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
        except SyntaxError:
            return False
        return True

    modules = list((ROOT / "config" / "machine").glob("*.py"))
    assert modules
    assert [path.name for path in modules if not parses(path)] == []


@pytest.mark.parametrize("python", old_pythons()[:1] or [None])
def test_an_old_python_gets_one_sentence(python):
    if python is None:
        pytest.skip("no Python older than 3.11 on this machine")
    done = subprocess.run(
        [python, "-m", "config.machine", "setup"],
        cwd=ROOT,
        env={"PATH": "/nowhere", "HOME": "/tmp"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_newer_python_beside_an_old_one_is_found():
    assert entry.newer_python(lambda name: sys.executable if name == "python3.12" else None) == sys.executable
    assert entry.newer_python(lambda name: None) is None


def test_a_taken_port_is_said_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} is taken .* make demo PORT="):
            demo.check_port(port)


@pytest.mark.parametrize("given", ["abc", "0", "65536", "-1", "80 80", "٨٠٠٠"])
def test_a_port_that_is_none_is_said(given):
    with pytest.raises(Trouble, match="which is no port"):
        demo.port_from({"PORT": given})


def test_the_port_is_8000_unless_said():
    assert demo.port_from({}) == 8000
    assert demo.port_from({"PORT": "8001"}) == 8001


def test_too_little_space_is_said(tmp_path):
    with pytest.raises(Trouble, match="GB free and .* GB are needed"):
        checkout.check_space(10**18, [tmp_path])


def test_a_lock_is_waited_for(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(checkout, "VAR", tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from config.machine import checkout;"
        "checkout.VAR = Path(sys.argv[1])\n"
        "with checkout.only_one('setup', 'setting up'): print('held', flush=True); time.sleep(0.5)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "held\n"
    with checkout.only_one("setup", "setting up"):
        assert other.wait(10) == 0
    assert f"process {other.pid}) is setting up" in capsys.readouterr().out


def test_a_fingerprint_changes_with_any_file(tmp_path):
    (tmp_path / "a.csv").write_text("one")
    before = checkout.fingerprint([tmp_path])
    assert checkout.fingerprint([tmp_path]) == before
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "b.pyc").write_text("cache")
    assert checkout.fingerprint([tmp_path]) == before
    (tmp_path / "a.csv").write_text("three")
    assert checkout.fingerprint([tmp_path]) != before


class TestPreparation:
    @pytest.fixture(autouse=True)
    def _recorded(self, monkeypatch, tmp_path):
        self.ran: list[str] = []
        self.status = 0
        source = tmp_path / "source"
        source.mkdir()
        (source / "data.csv").write_text("1")
        self.source = source / "data.csv"
        monkeypatch.setattr(demo, "STAMP", tmp_path / "demo.stamp")
        monkeypatch.setattr(demo, "exists", lambda name: name != "not_written_yet")
        monkeypatch.setattr(demo, "has_places", lambda env, ours: self.loaded)
        monkeypatch.setattr(
            demo,
            "tasks",
            lambda: [
                demo.Task("migrate", (), "Tables", (source,), in_database=True),
                demo.Task("not_written_yet", (), "Something", ()),
                demo.Task("load_demo", (), "Place", (source,), in_database=True),
                demo.Task("collectstatic", (), "Styles", ()),
            ],
        )
        self.loaded = True

        def bring_to(command, env):
            self.ran.append(command[2])
            return self.status

        monkeypatch.setattr(session, "bring_to", bring_to)
        self.env = {"DATABASE_URL": "postgresql:///one"}

    def test_it_runs_once_in_order(self):
        demo.prepare(self.env)
        assert self.ran == ["migrate", "load_demo", "collectstatic"]
        demo.prepare(self.env)
        assert self.ran == ["migrate", "load_demo", "collectstatic"]

    def test_what_changed_is_done_again(self):
        demo.prepare(self.env)
        self.ran.clear()
        self.source.write_text("22")
        demo.prepare(self.env)
        assert self.ran == ["migrate", "load_demo"]

    def test_another_database_is_prepared_too(self):
        demo.prepare(self.env)
        self.ran.clear()
        demo.prepare({"DATABASE_URL": "postgresql:///two"})
        assert self.ran == ["migrate", "load_demo"]

    def test_an_emptied_database_is_filled_again(self):
        demo.prepare(self.env)
        self.ran.clear()
        self.loaded = False
        demo.prepare(self.env)
        assert self.ran == ["migrate", "load_demo", "collectstatic"]

    def test_a_failure_is_said_and_tried_again_next_time(self):
        self.status = 1
        with pytest.raises(Trouble, match="Tables failed"):
            demo.prepare(self.env)
        self.status = 0
        demo.prepare(self.env)
        assert self.ran == ["migrate", "migrate", "load_demo", "collectstatic"]


def test_a_child_that_outlives_its_parent_is_ended():
    child = demo.start([sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
    assert child.poll() is None
    supervise.stop([child], 15)
    assert child.returncode is not None


class TestEnvironment:
    def test_our_database_and_libraries_come_first(self, monkeypatch):
        from config.machine.cluster import Cluster
        from config.machine.location import Location
        from config.machine.server import Server

        monkeypatch.setenv("PGHOST", "elsewhere")
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.production")
        ours = Cluster(Location("/x", "/x/var", "/x/s", "me"), Server(15, Path("/usr/lib"), True))
        env = session.environment(ours)
        assert env["DATABASE_URL"] == ours.location.url
        assert env["PATH"].startswith(str(ROOT / ".venv" / "bin"))
        assert not {"PGHOST", "DJANGO_SETTINGS_MODULE"} & set(env)

    def test_a_database_of_ones_own_is_kept(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://me@db/here")
        assert session.own_database()
        assert session.start_database() == (None, False)
        assert session.environment(None)["DATABASE_URL"] == "postgresql://me@db/here"

    def test_its_address_may_be_in_a_file(self, monkeypatch, tmp_path):
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
        with pytest.raises(Trouble, match="cannot be read"):
            session.environment(None)
        (tmp_path / "url").write_text("postgresql://me@db/here\n")
        assert session.environment(None)["DATABASE_URL"] == "postgresql://me@db/here"
