"""The table of facts that people look for: its tokens fit into addresses, its icons are there, no word is two facts."""

from collections import Counter

from config import icons
from mapping.models import features
from mapping.search.parameters import SLUG


def test_tokens_fit_into_addresses():
    for table in (features.FEATURES, features.AUDIENCES, features.LANGUAGES):
        assert all(SLUG.fullmatch(token) for token in table)


def test_every_icon_is_in_the_sprite():
    assert {it.icon for it in features.FEATURES.values() if it.icon} <= icons.names()


def test_no_word_stands_for_two_facts():
    words = Counter(word for it in features.FEATURES.values() for word in it.words)
    assert max(words.values()) == 1
    assert all(word == word.lower() for word in words)


def test_labels_are_in_the_order_of_the_table_and_nothing_is_lost():
    assert features.feature_labels(["free", "crèche", "bsl"]) == ["British Sign Language (BSL)", "Free", "crèche"]
    assert features.language_labels(["ur", "xx"]) == ["Urdu", "xx"]
    assert features.audience_labels(["women", "everyone"]) == ["Everyone", "Women"]
