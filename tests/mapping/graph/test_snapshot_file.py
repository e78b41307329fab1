"""A snapshot as a file: read as it was written, private, never half, refused when damaged."""

import dataclasses
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from mapping.graph import snapshot_file
from mapping.graph.snapshot import ALWAYS_FROM, ALWAYS_TO, Snapshot, Texts


def small(names=("Café", "", "The hall")) -> Snapshot:
    size = len(names)
    return Snapshot(
        ids=np.arange(size) * 3 + 1,
        uuids=np.arange(size * 16, dtype=np.uint8).reshape(size, 16),
        names=Texts.of(names),
        kind=np.zeros(size, dtype=np.int8),
        category=np.full(size, -1, dtype=np.int16),
        place=np.ones(size, dtype=np.int64),
        point=np.column_stack([np.arange(size, dtype=float), np.full(size, np.nan)]),
        tags=np.zeros(0, dtype=np.int32),
        tag_starts=np.zeros(size + 1, dtype=np.int64),
        connections=np.array([7, 9]),
        source=np.array([0, 1], dtype=np.int32),
        target=np.array([1, 2], dtype=np.int32),
        type=np.zeros(2, dtype=np.int16),
        support=np.array([1, 2], dtype=np.int32),
        strength=np.array([3, 4.5], dtype=np.float32),
        mutual=np.array([True, False]),
        derived=np.array([False, True]),
        disputed=np.array([False, False]),
        spans=np.array([[ALWAYS_FROM, ALWAYS_TO], [0, 99]], dtype=np.int32),
        span_starts=np.array([0, 1, 2]),
        tables={"place": "sale", "revision": 3, "types": [{"slug": "funds", "directed": True, "tie": ""}], "tags": []},
    )


def same(one: Snapshot, other: Snapshot) -> bool:
    return (
        list(one.names) == list(other.names)
        and one.tables == other.tables
        and all(
            np.array_equal(a, b, equal_nan=a.dtype.kind == "f") and a.dtype == b.dtype
            for field in dataclasses.fields(one)
            if isinstance(a := getattr(one, field.name), np.ndarray)
            and isinstance(b := getattr(other, field.name), np.ndarray)
        )
    )


def test_what_is_read_is_what_was_written(tmp_path):
    path = tmp_path / "a.graph"
    snapshot_file.write(path, small())
    assert same(snapshot_file.read(path), small())
    assert snapshot_file.tables(path) == small().tables


def test_nobody_else_can_read_it(tmp_path):
    path = tmp_path / "a.graph"
    snapshot_file.write(path, small())
    assert path.stat().st_mode & 0o777 == 0o600


def test_its_arrays_cannot_be_changed_and_are_not_copied_again(tmp_path):
    path = tmp_path / "a.graph"
    snapshot_file.write(path, small())
    found = snapshot_file.read(path)
    assert not found.source.flags.writeable
    assert not found.source.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        found.source[0] = 2


@pytest.mark.parametrize("at", [0, 9, 40, -1])
def test_a_changed_byte_is_noticed(tmp_path, at):
    path = tmp_path / "a.graph"
    snapshot_file.write(path, small())
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(snapshot_file.DamagedSnapshot, match=r"a\.graph.*Delete it; it is made anew"):
        snapshot_file.read(path)


@pytest.mark.parametrize("left", [0, 5, 30, 400])
def test_a_file_cut_short_is_noticed(tmp_path, left):
    path = tmp_path / "a.graph"
    snapshot_file.write(path, small())
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(snapshot_file.DamagedSnapshot, match="made anew"):
        snapshot_file.read(path)


SHRINKS = """
import os, sys
from pathlib import Path
import numpy as np
from mapping.graph import array_file
path = Path(sys.argv[1])
array_file.write(path, {"a": np.arange(1_000_000), "b": np.ones(1_000_000)}, {"name": "x"})
arrays, tables = array_file.read(path)
os.truncate(path, 4096)
assert int(arrays["a"].sum()) == 499_999_500_000 and arrays["b"].sum() == 1_000_000
try:
    array_file.read(path)
except array_file.Damaged as error:
    print(error)
"""


def test_a_file_that_shrinks_while_it_is_in_use_does_not_end_the_process(tmp_path):
    # Mapped into memory, the next look at it is SIGBUS.
    done = subprocess.run(
        [sys.executable, "-c", SHRINKS, tmp_path / "a.graph"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "not what was written" in done.stdout


def test_a_file_that_shrinks_while_it_is_read_is_noticed(tmp_path, monkeypatch):
    path = tmp_path / "a.graph"
    snapshot_file.write(path, small())
    true = snapshot_file.array_file.os.fstat

    def shrinks(handle):
        found = true(handle)
        os.truncate(path, 600)
        return found

    monkeypatch.setattr(snapshot_file.array_file.os, "fstat", shrinks)
    with pytest.raises(snapshot_file.DamagedSnapshot, match="made anew"):
        snapshot_file.read(path)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.graph"
    snapshot_file.write(path, small())

    def full(_number):
        raise OSError("No space left on device")

    monkeypatch.setattr(snapshot_file.array_file.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        snapshot_file.write(path, small(("A", "B", "C")))
    assert [it.name for it in tmp_path.iterdir()] == ["a.graph"]
    assert same(snapshot_file.read(path), small())


def test_many_writers_at_once_leave_one_whole_file(tmp_path):
    path = tmp_path / "a.graph"
    written = [small((f"Writer {n}", "B" * n * 50, "C")) for n in range(8)]
    threads = [threading.Thread(target=snapshot_file.write, args=(path, it)) for it in written]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert any(same(snapshot_file.read(path), it) for it in written)
    assert len(list(tmp_path.iterdir())) == 1


def test_an_empty_network_can_be_kept(tmp_path):
    from mapping.graph.snapshot import Snapshot

    nothing = {
        field.name: getattr(small(), field.name)[:0]
        for field in dataclasses.fields(Snapshot)
        if field.name not in ("names", "tables", "tag_starts", "span_starts")
    }
    starts = np.zeros(1, dtype=np.int64)
    path = tmp_path / "a.graph"
    empty = Snapshot(**nothing, names=Texts.of([]), tables={}, tag_starts=starts, span_starts=starts.copy())
    snapshot_file.write(path, empty)
    assert snapshot_file.read(path).size == 0
    assert snapshot_file.read(path).spans.shape == (0, 2)
