"""The private cluster for real: a throw-away one is made, killed and brought back."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from config.machine import cluster, server
from config.machine.location import Location

IN_EARNEST = "-c synchronous_commit=on"
"""`make test` turns it off for the other tests; here it is what is tested."""
SERVER = server.best(server.installed())


def test_settings_listen_on_no_network_and_keep_data_safe():
    text = cluster.settings_text(Location("/x", "/x/var", "/x/it's", "me"), memory=2 * 2**30)
    assert "listen_addresses = ''" in text
    assert "fsync = on" in text
    assert "'/x/it''s'" in text
    assert "shared_buffers = 128MB" in text


def test_the_environment_cannot_lead_elsewhere():
    assert "PGHOST" not in cluster.plain_environment({"PGHOST": "elsewhere", "HOME": "/root"})


@pytest.fixture(scope="module")
def throw_away():
    if SERVER is None or not SERVER.postgis:
        pytest.skip("no PostgreSQL server with PostGIS is installed here")
    user = pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("there is no user `postgres`, and PostgreSQL refuses to run as root")
    with tempfile.TemporaryDirectory(prefix="hb-") as folder:
        os.chmod(folder, 0o755)
        home = Path(folder) / "postgres"
        ours = cluster.Cluster(Location(folder, str(home), str(home / "socket"), user), SERVER)
        try:
            ours.start()
            yield ours
        finally:
            ours.remove()


def one(ours: cluster.Cluster, query: str) -> object:
    with psycopg.connect(ours.location.url, connect_timeout=10, options=IN_EARNEST) as db:
        return db.execute(query).fetchone()[0]


def postmaster(ours: cluster.Cluster) -> int:
    return int((ours.data / "postmaster.pid").read_text().split()[0])


def test_it_is_a_postgis_database_of_ours(throw_away):
    assert one(throw_away, "select current_user || ' ' || current_database()") == "hereabouts hereabouts"
    assert one(throw_away, "select count(*) from pg_extension where extname in ('postgis', 'pg_trgm', 'unaccent')") == 3
    assert one(throw_away, "show data_checksums") == "on"
    assert one(throw_away, "select rolsuper from pg_roles where rolname = current_user") is False


def test_it_listens_on_no_port(throw_away):
    assert one(throw_away, "show listen_addresses") == ""


def test_nobody_else_may_enter(throw_away):
    assert throw_away.sockets.stat().st_mode & 0o077 == 0


def test_databases_of_tests_have_postgis_without_a_superuser(throw_away):
    with psycopg.connect(throw_away.location.url, autocommit=True) as db:
        db.execute("create database test_of_tests")
        try:
            with psycopg.connect(throw_away.location.url.replace("/hereabouts?", "/test_of_tests?")) as tests:
                tests.execute("create extension if not exists postgis")
                assert tests.execute("select st_x(st_point(1, 2))").fetchone() == (1.0,)
        finally:
            db.execute("drop database test_of_tests")


def test_starting_it_again_changes_nothing(throw_away):
    before = postmaster(throw_away)
    assert throw_away.start() is False
    assert postmaster(throw_away) == before


def test_what_was_committed_survives_kill_9(throw_away):
    with psycopg.connect(throw_away.location.url, options=IN_EARNEST) as db:
        db.execute("create table if not exists kept as select 42 as answer")
    os.kill(postmaster(throw_away), signal.SIGKILL)
    assert throw_away.start() is True
    assert one(throw_away, "select answer from kept") == 42


def test_a_stale_pid_file_of_someone_elses_process_is_no_obstacle(throw_away):
    os.kill(postmaster(throw_away), signal.SIGKILL)
    deadline = time.monotonic() + 30
    while throw_away.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    # After a reboot the number in the file can belong to anything, such as another program of the same user.
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        path = throw_away.data / "postmaster.pid"
        rest = path.read_text().split("\n", 1)[1]
        path.write_text(f"{stranger.pid}\n{rest}")
        assert not throw_away.running()
        assert throw_away.start() is True
        assert one(throw_away, "select 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_making_is_begun_anew(throw_away):
    location = throw_away.location
    home = Path(location.home).parent / "second"
    second = cluster.Cluster(
        Location(location.checkout, str(home), str(home / "s"), location.user), throw_away.programs
    )
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "half").touch()
    try:
        assert second.start() is True
        assert not (home / "data.new").exists()
        assert second.stop() is True
        assert second.stop() is False
    finally:
        second.remove()
