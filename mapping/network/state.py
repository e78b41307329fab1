"""How the network of a place stands for one viewer: ready, pending or failed. A failure is never told as pending.

state = place_network.load(place, viewer)
match state:
    case Ready(network): ...
    case Pending(): ...      # a job works on it
    case Failed(reason): ... # the log says more

`state.get()` is for whoever can do nothing without it: views tell what it raises (`mapping.views.answers.pages`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

from django.utils.translation import gettext_lazy as _

from config.errors import HereaboutsError

logger = logging.getLogger(__name__)

T = TypeVar("T")
U = TypeVar("U")


class NetworkNotReady(HereaboutsError):
    """There is no network to show. `state` : `Pending` or `Failed`."""

    def __init__(self, state: Pending | Failed, message: object, remedy: object) -> None:
        super().__init__(message, remedy)
        self.state = state


class NetworkPending(NetworkNotReady):
    status = 503
    seconds = 2


class NetworkFailed(NetworkNotReady):
    status = 500


@dataclass(frozen=True, eq=False)
class Ready(Generic[T]):
    """value : the network, or what was made of it."""

    value: T
    slug = "ready"

    def get(self) -> T:
        return self.value

    def map(self, make: Callable[[T], U]) -> Ready[U]:
        """The same of what `make` makes of the value."""
        return Ready(make(self.value))


@dataclass(frozen=True)
class Pending:
    """A job works on it: it is too large to be worked out while somebody waits."""

    slug = "pending"

    def get(self) -> NoReturn:
        """Raises NetworkPending."""
        raise NetworkPending(self, _("The network is being worked out."), _("Try again in a few minutes."))

    def map(self, make: Callable) -> Pending:
        return self


@dataclass(frozen=True)
class Failed:
    """It could not be worked out. reason : the kind of error, for those who look after the site."""

    reason: str
    slug = "failed"

    @classmethod
    def of(cls, error: Exception, place: object) -> Failed:
        """Note the error in the log."""
        logger.error("The network of %s could not be worked out.", place, exc_info=error)
        return cls(type(error).__name__)

    def get(self) -> NoReturn:
        """Raises NetworkFailed."""
        raise NetworkFailed(
            self, _("The network could not be worked out."), _("Who looks after this site can see why.")
        )

    def map(self, make: Callable) -> Failed:
        return self


State = Ready[T] | Pending | Failed
