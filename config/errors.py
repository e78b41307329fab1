"""What every error of ours is: what was wrong and where, what to do, and the HTTP status that says so.

It stands in `config` because every room imports from there, and imports nothing, because `mapping.graph`, the readers
and the opening hours work without Django. Whoever can put an error into a form or a sentence of their own page catches
it; the rest is told in one place: pages by `config.refusals.tell`, `/api/` by `mapping.api.problems`, commands by
`mapping.management.base.PlainCommand`.
"""

from __future__ import annotations


class HereaboutsError(Exception):
    """Something that cannot be done, in plain words for whoever asked for it. Prints as one: message, then remedy.

    message : what was wrong, and where, as whole sentences; remedy : what to do, or empty; status : of HTTP.
    """

    status: int = 400
    seconds: int | None = None
    """After so many it may be tried again, where waiting helps."""

    def __init__(self, message: object = "", remedy: object = "", *, status: int | None = None) -> None:
        super().__init__(message, remedy)
        # Not made into text yet: it may be translated for whoever reads it.
        self.message = message
        self.remedy = remedy
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        return " ".join(text for text in (str(self.message), str(self.remedy)) if text)
