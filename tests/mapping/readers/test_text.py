"""Files in any state: encodings, cuts, wrong kinds, giant lines."""

from __future__ import annotations

import gzip
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.readers.errors import ReadError
from mapping.readers.text import MAX_LINE, check_file, inspect, open_text

TEXT = "name,note\nCafé Zoë,“quoted” – £5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_it_finds_out_the_encoding(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes((TEXT * 50).encode(encoding))
    found = inspect(path)
    with open_text(path, found.encoding) as handle:
        assert handle.read() == TEXT * 50


def test_a_late_byte_still_tells_the_encoding(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"name\n" + b"plain\n" * 300_000 + "Café\n".encode("cp1252"))
    assert inspect(path).encoding == "cp1252"


def test_a_character_across_two_chunks_is_not_broken(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 99 + b"\n" + ("é" * 50 + "\n").encode() * 30_000)
    assert inspect(path).encoding == "utf-8"


def test_a_gzipped_file_is_unpacked(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert inspect(path).sample == TEXT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"  \n ", "the file is empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"%PDF-1.7", "a PDF"),
        (b"SQLite format 3\x00", "database"),
        (b"name\nSale\x00Library\n", "NUL byte at byte 9"),
        ("name\nCafé\n".encode() + "Zoë\n".encode("cp1252"), "byte 13 is not UTF-8"),
        # mtime=0: a time in the bytes would give every test process another name for this test.
        (gzip.compress(TEXT.encode() * 1000, mtime=0)[:60], "cannot be unpacked"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(tmp_path, content, said):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ReadError) as caught:
        inspect(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


def test_a_missing_file_a_folder_and_a_pipe_are_named(tmp_path):
    for path, said in ((tmp_path / "none", "no such file"), (tmp_path, "a folder")):
        with pytest.raises(ReadError, match=said):
            check_file(path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadError, match="not an ordinary file"):
        check_file(tmp_path / "pipe")


def test_a_giant_line_is_refused_without_reading_it_into_memory(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as handle:
        handle.write(b"name\n")
        handle.truncate(2 << 30)  # a hole of 2 GB: nothing is written to the disk
    with pytest.raises(ReadError, match="NUL|longer than"):
        inspect(path)
    path.write_bytes(b"name\n" + b"x" * (MAX_LINE + 10))
    with pytest.raises(ReadError, match="a line is longer than"):
        inspect(path)


def test_an_encoding_that_was_said_is_checked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Café\n".encode("cp1252"))
    with pytest.raises(ReadError, match="byte 3 is not utf-8"):
        inspect(path, "utf-8")
    with pytest.raises(ReadError, match="no encoding called 'utf-9'"):
        inspect(path, "utf-9")
    assert inspect(path, "latin-1").sample == "Café\n"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_plain_words(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("t") / "a.csv"
    path.write_bytes(content)
    try:
        found = inspect(path)
    except ReadError as error:
        assert "Traceback" not in str(error)
        return
    with open_text(path, found.encoding) as handle:
        handle.read()
