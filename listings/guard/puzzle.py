"""A little work for the browser of whoever sends a form: nothing for a person, much for a machine that sends thousands.

A puzzle is a signed text that says for which form it is and when it was made. It is solved by `PIECES` numbers; with
each the SHA-256 of `<puzzle>:<piece>:<number>` begins with `BITS` zero bits. That is about 33,000 hashes in all, and
hardly ever twice as many, since many small searches vary less than one long one. No cookie, no third party.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from listings.models import Hold, UsedPuzzle
from mapping.commands import retention

PIECES = 8
BITS = 12
# A page may be open for long before somebody sends it; afterwards a steward looks.
KEPT = datetime.timedelta(hours=6)
_SALT = "listings.guard.puzzle"
MAX_ANSWER = 200


def make(form: str) -> str:
    """Return a new puzzle for the form of this name."""
    return signing.TimestampSigner(salt=_SALT).sign(f"{form}.{secrets.token_urlsafe(12)}")


def solve(puzzle: str) -> str:
    """Return an answer, as the browser finds it: numbers with commas between them."""
    found = []
    for piece in range(PIECES):
        number = 0
        while not _fits(puzzle, piece, str(number)):
            number += 1
        found.append(str(number))
    return ",".join(found)


def judge(form: str, puzzle: str, answer: str) -> Hold | None:
    """Return why what came with this answer has to wait; None when the work was done for this very form.

    An answer that was judged well is used up: the next one with the same puzzle waits (`Hold.USED_WORK`).
    """
    if not puzzle or not answer or len(answer) > MAX_ANSWER:
        return Hold.NO_WORK
    try:
        said = signing.TimestampSigner(salt=_SALT).unsign(puzzle, max_age=KEPT)
    except signing.SignatureExpired:
        return Hold.STALE_WORK
    except signing.BadSignature:
        return Hold.NO_WORK
    name, _dot, nonce = said.partition(".")
    numbers = answer.split(",")
    if name != form or len(numbers) != PIECES:
        return Hold.NO_WORK
    if not all(it.isascii() and it.isdigit() and _fits(puzzle, at, it) for at, it in enumerate(numbers)):
        return Hold.NO_WORK
    try:
        with transaction.atomic():
            UsedPuzzle.objects.create(nonce=nonce)
    except IntegrityError:
        return Hold.USED_WORK
    return None


def purge(now: datetime.datetime | None = None) -> int:
    """Forget used puzzles that would not be taken any more. Returns how many."""
    old = UsedPuzzle.objects.filter(at__lt=(now or timezone.now()) - 2 * KEPT)
    return retention.let_go(old, action="delete used puzzles")


def zeros(puzzle: str, piece: int, number: str) -> int:
    """Return with how many zero bits the hash of this number begins (32 at most)."""
    digest = hashlib.sha256(f"{puzzle}:{piece}:{number}".encode()).digest()
    return 32 - int.from_bytes(digest[:4], "big").bit_length()


def _fits(puzzle: str, piece: int, number: str) -> bool:
    return zeros(puzzle, piece, number) >= BITS
