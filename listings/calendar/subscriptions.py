"""Addresses by which another calendar follows one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest

from .question import Question


@dataclass(frozen=True)
class Subscription:
    """`address` is that of the file; `webcal` opens the calendar app of a device, which then follows it."""

    address: str

    @property
    def webcal(self) -> str:
        return f"webcal:{self.address.removeprefix(urlsplit(self.address).scheme).removeprefix(':')}"


def of_question(request: HttpRequest, question: Question) -> Subscription:
    """One for each question: it has the filters in its address."""
    return Subscription(request.build_absolute_uri(question.file_url))
