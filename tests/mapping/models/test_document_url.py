"""One document, however its address was written."""

import pytest

from mapping.commands import documents
from mapping.models import Document
from mapping.models.document_url import NotAnAddress, key_of


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/report",
        "http://example.org/report",
        "HTTPS://Example.ORG/report",
        "https://example.org:443/report",
        "http://example.org:80/report/",
        "https://example.org/report#page=3",
        "https://example.org/report?utm_source=x&utm_medium=mail",
        "https://example.org/report?fbclid=abc",
        "https://example.org./report",
        "https://example.org/%72eport",
        "  https://example.org/report ",
    ],
)
def test_these_are_one_document(address):
    assert key_of(address) == "https://example.org/report"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.org/report",
        "https://example.org/Report",
        "https://example.org:8443/report",
        "https://example.org/report?id=1",
        "https://example.org/report/2",
        "https://example.org/re%2Fport",
    ],
)
def test_these_are_others(address):
    assert key_of(address) != key_of("https://example.org/report")


def test_the_order_of_parameters_and_their_values_stay():
    assert key_of("https://a.org/?b=1&a=%20x&utm_x=1&c=") == "https://a.org?b=1&a=+x&c="


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "ftp://a.org/x", "//a.org/x", "a.org/x", "", "https://", "https:///x", "mailto:a@b.org",
     "https://a b.org/", "https://a.org/\0", "http://[::1", "data:text/html,x", "https://user:secret@a.org/", "https://a.org:nine/"],
)  # fmt: skip
def test_what_cannot_be_read_on_the_web_is_refused(address):
    with pytest.raises(NotAnAddress):
        key_of(address)


def test_a_name_in_letters_of_another_language_is_one_name():
    assert key_of("https://bücher.example/a") == key_of("https://xn--bcher-kva.example/a")


def test_a_very_long_address_still_has_a_key_of_its_own():
    first, second = (key_of(f"https://a.org/{'x' * 700}{n}") for n in (1, 2))
    assert len(first) <= 500 and len(second) <= 500 and first != second


@pytest.mark.django_db
def test_a_document_is_kept_once(django_assert_num_queries):
    addresses = ["https://a.org/x", "http://a.org/x/", "https://a.org/y"]
    with django_assert_num_queries(3):
        kept = documents.keep([*addresses, ""])
    assert kept[addresses[0]] == kept[addresses[1]] != kept[addresses[2]]
    assert kept[addresses[0]].address == addresses[0]
    with django_assert_num_queries(1):
        again = documents.keep(["https://A.org/x#top"])
    assert again["https://A.org/x#top"] == kept[addresses[0]]
    assert Document.objects.count() == 2
    with django_assert_num_queries(0):
        assert documents.keep([""]) == {}
