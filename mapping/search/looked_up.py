"""What parameters of a question name and the database knows: a place to look around, a group."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from mapping.models import Place
from mapping.nodes import run_by

from . import geocoding
from .parameters import QueryProblem, Reader


def spot(near: str, place: Place | None, reader: Reader) -> geocoding.Spot | None:
    """Look up `near`; note the problem when it is unknown or is several places."""
    spots = geocoding.find(near, place)
    if len(spots) == 1:
        return spots[0]
    if spots:
        problem = QueryProblem(
            "near",
            near,
            _("There are several places called “%(value)s”.") % {"value": near},
            _("Choose one: %(choices)s.") % {"choices": geocoding.ask_which(spots)},
            tuple(spots),
        )
        reader.problems.append(problem)
    elif said := geocoding.problem(near):
        reader.problems.append(QueryProblem("near", near, *said))
    else:
        reader.refuse(
            "near",
            near,
            _("We do not know where “%(value)s” is."),
            _("Use a postcode, the name of a place or street, or latitude,longitude such as 53.42,-2.32."),
        )
    return None


def group(reader: Reader) -> uuid.UUID | None:
    """The group that is asked about; one that nobody knows is a problem rather than a question without answers."""
    wanted = reader.run_by()
    if wanted is None or run_by.is_known(wanted):
        return wanted
    reader.refuse(
        "run_by",
        str(wanted),
        _("There is no group “%(value)s” on the map."),
        _("Copy its identifier from the address of the group's page, after /node/."),
    )
    return None
