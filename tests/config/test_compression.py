"""Answers are compressed for those who take it, and only those that may be."""

import gzip

import brotli
import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from config.compression import CompressionMiddleware

WORDS = "A neighbourhood's own map of itself. " * 50


def sent(response, accept: str = "gzip, br"):
    request = RequestFactory().get("/", headers={"accept-encoding": accept})
    return CompressionMiddleware(lambda _: response)(request)


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_coding_that_is_taken_is_used(accept, encoding):
    response = sent(HttpResponse(WORDS), accept)
    assert response.headers.get("Content-Encoding") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(response.content).decode() == WORDS
    assert "Accept-Encoding" in response["Vary"]
    if encoding:
        assert int(response["Content-Length"]) == len(response.content) < len(WORDS)


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(WORDS, status=206),
        HttpResponse(WORDS, content_type="image/png"),
        HttpResponse(WORDS, headers={"Content-Encoding": "gzip"}),
        StreamingHttpResponse([WORDS.encode()]),
        FileResponse([WORDS.encode()]),
    ],
)
def test_what_must_not_be_compressed_is_left_alone(response):
    before = dict(response.items())
    assert dict(sent(response).items()) == before


def test_a_strong_tag_becomes_weak():
    assert sent(HttpResponse(WORDS, headers={"ETag": '"a"'}))["ETag"] == 'W/"a"'
    assert sent(HttpResponse(WORDS, headers={"ETag": 'W/"a"'}))["ETag"] == 'W/"a"'
