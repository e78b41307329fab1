"""In how many pieces an answer goes out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from config.serving.channel import ONE_PIECE, ApplicationTask

LINES = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"


def written(chunks: list[bytes], length: int | None = None, lines: str = LINES) -> list[bytes]:
    """What a task writes to its channel for an application that answers with `chunks`."""

    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", str(length))] if length is not None else [])
        return chunks

    adjustments = Adjustments(ident="")
    pieces: list[bytes] = []
    server = SimpleNamespace(
        application=application, adj=adjustments, effective_host="example.org", effective_port=80, server_name="x"
    )
    channel = SimpleNamespace(
        server=server, addr=("127.0.0.1", 1), creation_time=0, write_soon=pieces.append, check_client_disconnected=None
    )
    request = HTTPRequestParser(adjustments)
    request.received(lines.encode())
    ApplicationTask(channel, request).service()
    return pieces


def test_a_small_answer_is_one_piece():
    [piece] = written([b"a tile"], 6)
    assert piece.startswith(b"HTTP/1.1 200 OK\r\n") and piece.endswith(b"\r\n\r\na tile")


def test_the_head_goes_with_the_first_piece_of_a_body():
    first, second = written([b"ab", b"cd"], 4)
    assert first.endswith(b"\r\n\r\nab") and second == b"cd"


def test_what_is_large_is_not_copied_to_go_with_its_head():
    head, body = written([b"x" * (ONE_PIECE + 1)], ONE_PIECE + 1)
    assert head.endswith(b"\r\n\r\n") and len(body) == ONE_PIECE + 1


@pytest.mark.parametrize("lines", [LINES, LINES.replace("/1.1", "/1.0")])
def test_a_body_whose_length_nobody_knows_is_whole(lines):
    whole = b"".join(written([b"ab", b"cd"], lines=lines))
    assert whole.endswith(b"2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n" if "1.1" in lines else b"\r\n\r\nabcd")
