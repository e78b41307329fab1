"""What would be installed on which machine: decisions only, nothing is installed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from config.machine import packages, server
from config.machine.say import Trouble, cause

DEBIAN_12 = server.Server(15, Path("/usr/lib/postgresql/15/bin"), postgis=True)
BARE = packages.Machine(servers=(), offered=15, geography=False, ensurepip=False, browser=False, driver=False)
COMPLETE = packages.Machine(servers=(DEBIAN_12,), offered=15, geography=True, ensurepip=True, browser=True, driver=True)


def names(machine: packages.Machine, *, own_database=False, tests=False, venv=False) -> list[str]:
    wanted = packages.missing(machine, own_database=own_database, tests=tests, venv=venv)
    assert all(package.reason for package in wanted)
    return [package.name for package in wanted]


def test_a_bare_machine_gets_what_is_needed_and_no_more():
    venv = packages.venv_package()
    assert names(BARE) == ["postgresql", "postgresql-15-postgis-3", "gdal-bin", venv]
    assert names(BARE, tests=True) == [
        "postgresql",
        "postgresql-15-postgis-3",
        "gdal-bin",
        venv,
        "chromium",
        "libatomic1",
    ]


def test_the_browser_is_chromium_without_its_windows_where_that_is_offered():
    offering = dataclasses.replace(COMPLETE, browser=False, headless=True)
    assert names(offering, tests=True) == ["chromium-headless-shell"]
    assert names(offering) == []


def test_a_complete_machine_gets_nothing():
    assert names(COMPLETE, tests=True) == []


def test_postgis_matches_the_installed_server():
    old = server.Server(16, Path("/usr/lib/postgresql/16/bin"), postgis=False)
    machine = packages.Machine((old,), offered=15, geography=True, ensurepip=True, browser=True, driver=True)
    assert names(machine) == ["postgresql-16-postgis-3"]


def test_a_database_of_ones_own_needs_no_server():
    assert names(BARE, own_database=True, venv=True) == ["gdal-bin"]


def test_a_system_that_is_too_old_is_told_so():
    machine = packages.Machine((), offered=13, geography=False, ensurepip=True, browser=False, driver=False)
    with pytest.raises(Trouble, match="PostgreSQL 13, and 15 or newer is needed"):
        names(machine)


def test_data_of_a_version_that_is_gone_is_not_abandoned():
    newer = server.Server(17, Path("/usr/lib/postgresql/17/bin"), postgis=True)
    machine = packages.Machine(
        (newer,), offered=17, geography=True, ensurepip=True, browser=True, driver=True, data_version=15
    )
    with pytest.raises(Trouble, match="made by PostgreSQL 15"):
        names(machine)


def test_neither_root_nor_sudo_is_one_sentence():
    with pytest.raises(Trouble, match="neither root nor is there sudo"):
        packages.administrator(lambda name: None, root=False, terminal=True)


def test_root_needs_no_sudo():
    assert packages.administrator(root=True, terminal=False) == []


class TestServers:
    def install(self, base: Path, major: str, *files: str) -> None:
        (base / "lib" / major / "bin").mkdir(parents=True)
        for name in files:
            (base / "lib" / major / "bin" / name).touch()

    def test_clients_alone_are_no_server(self, tmp_path):
        self.install(tmp_path, "15", "psql", "pg_dump")
        self.install(tmp_path, "16", "initdb", "postgres")
        found = server.installed(tmp_path / "lib", tmp_path / "share")
        assert [(one.major, one.postgis) for one in found] == [(16, False)]

    def test_the_newest_with_postgis_is_best(self, tmp_path):
        without, able = server.Server(17, tmp_path, False), server.Server(16, tmp_path, True)
        assert server.best([without, able]) == able
        assert server.best([without]) == without

    def test_data_keeps_its_own_version(self, tmp_path):
        old, new = server.Server(15, tmp_path, True), server.Server(17, tmp_path, True)
        assert server.best([new, old], data_version=15) == old
        assert server.best([new], data_version=15) is None

    def test_too_old_a_server_does_not_count(self, tmp_path):
        assert server.best([server.Server(13, tmp_path, True)]) is None


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("E: Temporary failure resolving 'somewhere'", "network"),
        ("npm error code ENOTFOUND", "network"),
        ("OSError: [Errno 28] No space left on device", "disk"),
        ("Traceback: something else", None),
    ],
)
def test_the_cause_of_a_failed_installation_is_named(output, word):
    found = cause(output)
    assert (found is None) if word is None else (word in found)
