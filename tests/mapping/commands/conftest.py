"""How the tests of imports run a command and read what it says."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def vocabulary(db):
    """The categories and connection types that come with Hereabouts."""
    call_command("load_vocabulary", stdout=io.StringIO())


@pytest.fixture
def run():
    """Run a command; the lines it wrote."""

    def run(name, *words, **options):
        out = io.StringIO()
        call_command(name, *(str(word) for word in words), stdout=out, **options)
        return out.getvalue().splitlines()

    return run


@pytest.fixture
def refused(run):
    """Run a command that must fail; the one line it says."""

    def refused(name, *words, **options):
        with pytest.raises(CommandError) as caught:
            run(name, *words, **options)
        text = str(caught.value)
        assert "\n" not in text and "Traceback" not in text
        return text

    return refused
