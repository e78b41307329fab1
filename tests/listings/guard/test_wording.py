"""What texts give away."""

import pytest

from listings.guard.wording import Typed, names_a_word, reasons, shorteners
from listings.models import Hold

PLAIN = "Dancing with tea, every Tuesday. Bring soft shoes."


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (Typed([PLAIN]), []),
        (Typed(), []),
        (Typed([f"{PLAIN} https://example.org and www.example.net"]), []),
        (Typed([f"{PLAIN} https://a.org https://b.org https://c.org"]), [Hold.LINKS]),
        (Typed([PLAIN], ["see https://a.org", "https://b.org", "www.c.org"]), [Hold.LINKS]),
        (Typed(["Buy now https://example.org/very/long/address"]), [Hold.ONLY_LINKS]),
        (Typed(["https://example.org"]), [Hold.ONLY_LINKS]),
        # A line may be a link and no more: where one books.
        (Typed([PLAIN], ["https://example.org/book"]), []),
        (Typed([f"{PLAIN} https://BIT.ly/abc"]), [Hold.SHORT_LINKS]),
        (Typed([PLAIN], [], ["https://www.tinyurl.com/abc"]), [Hold.SHORT_LINKS]),
        # The name of a shortener within another site's is none.
        (Typed([f"{PLAIN} https://rabbit.ly/abc https://example.org/bit.ly"]), []),
        (Typed([f"{PLAIN} http://[::1"]), []),
        (Typed(["A casino night of the best kind"]), [Hold.WORDS]),
        (Typed([PLAIN], ["Pay-day LOAN", "pay  day loan"]), [Hold.WORDS]),
        (Typed([PLAIN], [], ["https://casino.example.org"]), [Hold.WORDS]),
    ],
)
def test_reasons(typed, why):
    assert reasons(typed, ["casino", "pay day loan"]) == why


@pytest.mark.parametrize("text", ["Casino", "ＣＡＳＩＮＯ", "ca\u200bsino", "a casino!", "casi\u00adno"])
def test_a_word_is_found_however_it_is_written(text):
    assert names_a_word(text, ["casino"])


@pytest.mark.parametrize("text", ["Casinova", "Scunthorpe", "", "casi no"])
def test_a_part_of_a_word_is_not(text):
    assert not names_a_word(text, ["casino", "horpe"])


def test_signs_in_a_list_are_only_signs():
    assert not names_a_word("anything", [".*", "("])
    assert names_a_word("c++ for all", ["c++"])


def test_shorteners_are_a_list():
    assert "bit.ly" in shorteners()
    assert all("/" not in it and it == it.lower() for it in shorteners())
