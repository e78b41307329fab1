"""Static files are compressed once, on all cores, and again only when they have changed."""

from __future__ import annotations

import gzip
import random

import brotli
import pytest

from config import packing

WORDS = b"A neighbourhood's own map of itself. " * 50
NOISE = random.Random(1).randbytes(2_000)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "page.css"
    path.write_bytes(WORDS)
    return path


@pytest.fixture
def packed(monkeypatch):
    """The contents that were compressed."""
    contents = []
    pack = packing.pack
    monkeypatch.setattr(packing, "pack", lambda content: contents.append(content) or pack(content))
    return contents


def names(twins) -> list[str]:
    return sorted(twin.name for twin in twins)


def test_a_file_gets_twins_that_unpack_to_it(file):
    assert names(packing.pack_files([file])) == ["page.css.br", "page.css.gz"]
    assert brotli.decompress(file.with_name("page.css.br").read_bytes()) == WORDS
    assert gzip.decompress(file.with_name("page.css.gz").read_bytes()) == WORDS


def test_the_same_content_is_compressed_once(file, packed):
    other = file.with_name("page.0123456789ab.css")
    other.write_bytes(WORDS)
    assert len(list(packing.pack_files([file, other]))) == 4
    assert packed == [WORDS]


def test_what_has_not_changed_is_left_alone(file, packed):
    list(packing.pack_files([file]))
    assert names(packing.pack_files([file])) == ["page.css.br", "page.css.gz"]
    assert packed == [WORDS]


@pytest.mark.parametrize("left", [b"", b"nonsense"])
def test_a_twin_that_was_interrupted_is_made_again(file, left):
    for suffix in packing.UNPACK:
        file.with_name(f"page.css{suffix}").write_bytes(packing.pack(WORDS)[suffix][:20] + left)
    list(packing.pack_files([file]))
    assert brotli.decompress(file.with_name("page.css.br").read_bytes()) == WORDS
    assert gzip.decompress(file.with_name("page.css.gz").read_bytes()) == WORDS


def test_a_twin_of_what_was_there_before_is_replaced(file):
    list(packing.pack_files([file]))
    file.write_bytes(WORDS.upper())
    list(packing.pack_files([file]))
    assert brotli.decompress(file.with_name("page.css.br").read_bytes()) == WORDS.upper()


def test_what_cannot_be_made_smaller_has_no_twin(file):
    list(packing.pack_files([file]))
    file.write_bytes(NOISE)
    assert list(packing.pack_files([file])) == []
    assert list(file.parent.iterdir()) == [file]


def test_much_is_compressed_by_several_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(packing.os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(packing, "FEW", 0)
    files = [tmp_path / f"{n}.js" for n in range(3)]
    for n, file in enumerate(files):
        file.write_bytes(WORDS * (n + 1))
    assert len(list(packing.pack_files(files))) == 6
    for n, file in enumerate(files):
        assert brotli.decompress(file.with_name(f"{file.name}.br").read_bytes()) == WORDS * (n + 1)
