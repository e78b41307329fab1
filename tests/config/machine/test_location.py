"""Where the private cluster goes: decisions only, nothing is started."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from config.machine import location
from config.machine.say import Trouble

ME = pwd.getpwuid(os.geteuid()).pw_name


def never(folder: Path, user: str) -> bool:
    return False


def anywhere(folder: Path, user: str) -> bool:
    return True


def test_data_and_socket_stay_in_the_checkout_when_they_can(tmp_path):
    checkout = Path("/srv/hereabouts")
    found = location.choose(checkout, "someone", root=False, can_live=anywhere)
    assert found.data == Path("/srv/hereabouts/var/postgres/data")
    assert found.sockets == "/srv/hereabouts/var/postgres/socket"


def test_data_leaves_a_folder_that_the_server_may_not_enter(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    checkout = Path("/home/someone/hereabouts")
    found = location.choose(
        checkout, "someone", root=False, can_live=lambda folder, user: not folder.is_relative_to(checkout)
    )
    assert Path(found.home).is_relative_to(tmp_path / ".local" / "share" / "hereabouts")


def test_a_long_path_gets_a_short_socket():
    checkout = Path("/srv") / ("a-very-long-name-" * 6)
    found = location.choose(checkout, "someone", root=True, can_live=anywhere)
    assert not location.socket_fits(checkout / "var" / "postgres" / "socket")
    assert location.socket_fits(found.sockets)
    assert found.sockets.startswith("/run/hereabouts/")


def test_the_socket_limit_is_counted_in_bytes():
    short = "/" + "a" * (location.LONGEST_SOCKET - len(location.SOCKET_NAME) - 2)
    assert location.socket_fits(short)
    assert not location.socket_fits(short + "a")
    assert not location.socket_fits(short[:-1] + "é")


def test_nowhere_to_live_is_said_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(Trouble, match="DATABASE_URL"):
        location.choose(Path("/srv/here"), "someone", root=False, can_live=never)


def test_a_folder_that_is_private_and_writable_will_do(tmp_path):
    user = location.server_user() if os.geteuid() else ME
    assert location.can_live_in(tmp_path / "postgres", user)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as somebody else")
def test_a_folder_that_only_root_may_enter_will_not_do(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not location.can_live_in(closed / "postgres", "nobody")
    assert not (closed / "postgres").exists()


def test_the_address_survives_spaces_and_names_the_port():
    found = location.Location("/srv/x", "/srv/x/var", "/srv/my place/socket", "me")
    parts = urlsplit(found.url)
    assert parse_qs(parts.query) == {"host": ["/srv/my place/socket"], "port": ["5432"]}
    assert parts.username == "hereabouts"


def test_the_settings_read_the_address(tmp_path):
    from config import env

    found = location.Location("/srv/x", "/srv/x/var", "/srv/my place/socket", "me")
    read = env.database({"DATABASE_URL": found.url})
    assert (read["HOST"], read["NAME"], read["USER"]) == ("/srv/my place/socket", "hereabouts", "hereabouts")


class TestMovedAndCopiedCheckouts:
    @pytest.fixture(autouse=True)
    def _as_ourselves(self, monkeypatch):
        monkeypatch.setattr(location, "server_user", lambda: ME)
        monkeypatch.setattr(location, "can_live_in", anywhere)

    def pointer(self, checkout: Path, known: location.Location) -> Path:
        (checkout / "var").mkdir(parents=True, exist_ok=True)
        path = checkout / "var" / "cluster.json"
        location.record(known, path)
        return path

    def test_a_second_call_finds_the_same_place(self, tmp_path):
        home = tmp_path / "here" / "var" / "postgres"
        home.mkdir(parents=True)
        known = location.Location(str(tmp_path / "here"), str(home), "/tmp/s", ME)
        pointer = self.pointer(tmp_path / "here", known)
        assert location.find(tmp_path / "here", pointer) == known

    def test_a_moved_checkout_takes_outside_data_along(self, tmp_path):
        home = tmp_path / "lib"
        home.mkdir()
        pointer = self.pointer(tmp_path / "new", location.Location(str(tmp_path / "old"), str(home), "/tmp/s", ME))
        assert location.find(tmp_path / "new", pointer).home == str(home)
        assert json.loads(pointer.read_text())["checkout"] == str(tmp_path / "new")

    def test_a_copied_checkout_gets_its_own(self, tmp_path):
        home = tmp_path / "lib"
        home.mkdir()
        known = location.Location(str(tmp_path / "old"), str(home), "/tmp/s", ME)
        self.pointer(tmp_path / "old", known)
        pointer = self.pointer(tmp_path / "copy", known)
        assert location.find(tmp_path / "copy", pointer).home != str(home)

    def test_a_copy_of_a_running_database_is_refused(self, tmp_path):
        home = tmp_path / "old" / "var" / "postgres"
        known = location.Location(str(tmp_path / "old"), str(home), "/tmp/s", ME)
        self.pointer(tmp_path / "old", known)
        pointer = self.pointer(tmp_path / "copy", known)
        data = tmp_path / "copy" / "var" / "postgres" / "data"
        data.mkdir(parents=True)
        (data / "postmaster.pid").write_text("1\n")
        with pytest.raises(Trouble, match="copied"):
            location.find(tmp_path / "copy", pointer)

    def test_another_users_cluster_is_left_alone(self, tmp_path):
        home = tmp_path / "lib"
        home.mkdir()
        pointer = self.pointer(
            tmp_path / "here", location.Location(str(tmp_path / "here"), str(home), "/s", "postgres")
        )
        with pytest.raises(Trouble, match="sudo"):
            location.find(tmp_path / "here", pointer)

    def test_a_damaged_pointer_is_said(self, tmp_path):
        pointer = tmp_path / "cluster.json"
        pointer.write_text("{")
        with pytest.raises(Trouble, match="damaged"):
            location.recorded(pointer)


def test_another_folder_for_all_that_is_made_has_a_database_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(location, "VAR", Path("/srv/other"))
    found = location.choose(location.ROOT, "someone", root=True, can_live=anywhere)
    assert found.home == "/srv/other/postgres"
    elsewhere = location.choose(
        location.ROOT, "someone", root=False, can_live=lambda folder, user: folder.is_relative_to(tmp_path)
    )
    # Not that of the folder without it.
    assert Path(elsewhere.home).name == location.name_of(Path("/srv/other")) != location.name_of(location.ROOT)


@pytest.mark.parametrize("module", ["config.env", "config.machine.checkout"])
def test_both_who_need_django_and_who_do_not_know_of_it(module, tmp_path):
    code = f"import {module} as it; print(it.VAR)"
    environ = {**os.environ, "VAR_ROOT": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path)
