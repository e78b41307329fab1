"""What an alert asks, as a canonical query string and in words."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from listings.models import Alert
from mapping import search
from mapping.models import PUBLIC, Place
from mapping.nodes.providers import Link
from mapping.search.results import conditions, when_in_words


def canonical(params: QueryDict, place: Place) -> str:
    """The question of a page of `place`, without what only concerns the page (its number, its length, its order).

    Raises `QueryError` with every problem.
    """
    query = search.answer(params, place, PUBLIC).query
    return query.replace(page=1, limit=type(query).limit, sort="", bbox=query.bbox).query_string


def links(place: Place, asked: str) -> list[Link]:
    """The link below a question of `place` that asks to be told of its answers."""
    params = urlencode({"place": place.slug})
    return [Link(_("Be told by e-mail"), f"{reverse('alert-new')}?{params}{'&' if asked else ''}{asked}")]


def in_words(alert: Alert) -> str:
    """`for “yoga” within 1 mile of M33 7XZ, this weekend`; what is asked of a whole place: `everything in Trafford`."""
    found = search.answer(QueryDict(alert.question), alert.place, PUBLIC, lenient=True)
    if found.query.is_empty:
        return _("everything in %(place)s") % {"place": alert.place.name}
    words = " ".join(conditions(found.query))
    return f"{words}, {when_in_words(found.query)}" if found.query.when else words
