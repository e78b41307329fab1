"""Two records that may be one thing, fact by fact: what each says, whether that differs, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from listings.models import Listing, Membership
from mapping.models import Connection, Node, Viewer, Visibility
from mapping.nodes.matching import likeness

MAX_LINES = 12

SAME, DIFFERS, ONE_ONLY, NEITHER = "same", "differs", "one", "neither"
# In words, beside whatever colours and lines say.
WORDS = {
    SAME: gettext_lazy("the same"),
    DIFFERS: gettext_lazy("differs"),
    ONE_ONLY: gettext_lazy("only one says it"),
    NEITHER: gettext_lazy("neither says it"),
}


@dataclass(frozen=True)
class Fact:
    """One fact of both. `choice` is its name in the form; empty where nothing is to be chosen."""

    label: str
    first: str
    second: str
    choice: str = ""

    @property
    def state(self) -> str:
        if self.first == self.second:
            return SAME if self.first else NEITHER
        return DIFFERS if self.first and self.second else ONE_ONLY

    @property
    def words(self) -> str:
        return str(WORDS[self.state])

    @property
    def is_choice(self) -> bool:
        """Whether somebody has to choose: what only one says is kept in any case."""
        return bool(self.choice) and self.state == DIFFERS


def facts_of(first: Node, second: Node, *, exact: bool = True) -> list[Fact]:
    """The facts between which a steward chooses, in the order of a node's page.

    Without `exact`, where they lie is said as the public knows it.
    """
    coarser = {} if exact else _AS_THE_PUBLIC_KNOWS
    facts = [(choice, label, coarser.get(choice, read)) for choice, label, read in _CHOICES]
    return [Fact(str(label), read(first), read(second), choice) for choice, label, read in facts]


def around(first: Node, second: Node, viewer: Viewer) -> list[tuple[str, list[str], list[str]]]:
    """What comes along from both: label, lines of the first, lines of the second."""
    return [(str(label), list(read(first, viewer)), list(read(second, viewer))) for label, read in _AROUND]


def percent(first: Node, second: Node) -> int:
    """How alike the names are, in hundredths."""
    return round(100 * likeness(first.name, second.name))


def _category(node: Node) -> str:
    return node.category.name if node.category else ""


def _where(node: Node) -> str:
    if node.location is None:
        return ""
    at = f"{node.location.y:.5f}, {node.location.x:.5f}"
    return f"{at} ({node.get_location_source_display()})"


def _where_in_public(node: Node) -> str:
    at = node.public_point
    return f"{at.y:.5f}, {at.x:.5f} ({node.get_location_source_display()})" if at is not None else ""


def _facts(node: Node) -> str:
    return "; ".join(f"{name}: {value}" for name, value in sorted(node.facts.items()))


def _expression(node: Node) -> str:
    hours = getattr(node, "opening_hours", None)
    return hours.expression if hours else ""


def _step_free(node: Node) -> str:
    return str(node.get_step_free_display()) if node.step_free else ""


_CHOICES: list[tuple[str, object, Callable[[Node], str]]] = [
    ("name", gettext_lazy("Name"), lambda it: it.name),
    ("category", gettext_lazy("Category"), _category),
    ("summary", gettext_lazy("Summary"), lambda it: it.summary),
    ("location", gettext_lazy("Place on the map"), _where),
    ("address", gettext_lazy("Address"), lambda it: it.address),
    ("postcode", gettext_lazy("Postcode"), lambda it: it.postcode),
    ("phone", gettext_lazy("Phone"), lambda it: it.phone),
    ("email", gettext_lazy("E-mail"), lambda it: it.email),
    ("website", gettext_lazy("Website"), lambda it: it.website),
    ("hours", gettext_lazy("Opening hours"), lambda it: it.hours_text or _expression(it)),
    ("step_free", gettext_lazy("Step-free"), _step_free),
    ("facts", gettext_lazy("Further facts"), _facts),
]

_AS_THE_PUBLIC_KNOWS: dict[str, Callable[[Node], str]] = {
    "location": _where_in_public,
    "address": lambda it: it.public_address,
    "postcode": lambda it: it.public_postcode,
}


def _few(lines: Iterator[str] | list[str], total: int | None = None) -> list[str]:
    """The first few lines, and how many more there are."""
    shown = list(lines)
    total = len(shown) if total is None else total
    shown = shown[:MAX_LINES]
    if total > len(shown):
        more = total - len(shown)
        shown.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
    return shown


def _records(node: Node, viewer: Viewer) -> list[str]:
    rows = node.records.select_related("source").order_by("pk")
    lines = [
        _("%(source)s, row %(key)s, read on %(day)s")
        % {"source": it.source.title, "key": it.key, "day": date_format(it.read_at)}
        for it in rows[: MAX_LINES + 1]
    ]
    return _few(lines or ([node.source.title] if node.source else [_("Entered here")]))


def _identifiers(node: Node, viewer: Viewer) -> list[str]:
    return _few([str(it) for it in node.identifiers.order_by("scheme", "value")])


def _tags(node: Node, viewer: Viewer) -> list[str]:
    return _few(sorted(tag.name for tag in node.tags.all()))


def _names(node: Node, viewer: Viewer) -> list[str]:
    return _few(node.other_names)


def _connections(node: Node, viewer: Viewer) -> list[str]:
    rows = Connection.objects.visible_to(viewer).of_node(node).select_related("source", "target", "type").order_by("pk")
    return _few([str(it) for it in rows[: MAX_LINES + 1]], rows.count())


def _listings(node: Node, viewer: Viewer) -> list[str]:
    rows = Listing.objects.filter(Q(venue=node.pk) | Q(organiser=node.pk)).order_by("name", "pk")
    return _few([it.name for it in rows[: MAX_LINES + 1]], rows.count())


def _people(node: Node, viewer: Viewer) -> list[str]:
    number = Membership.objects.filter(organisation=node.pk).count()
    return [ngettext("%(n)s person may speak for it", "%(n)s people may speak for it", number) % {"n": number}] * bool(
        number
    )


def _kept_for(node: Node, viewer: Viewer) -> list[str]:
    number = Node.objects.filter(group=node.pk, visibility=Visibility.GROUP).count()
    if not number:
        return []
    words = ngettext(
        "%(n)s record that only its members see; the members of both will",
        "%(n)s records that only its members see; the members of both will",
        number,
    )
    return [words % {"n": number}]


def _shown(node: Node, viewer: Viewer) -> list[str]:
    return [
        _("Seen by: %(who)s") % {"who": node.get_visibility_display()},
        _("How exactly: %(how)s") % {"how": node.get_location_precision_display()},
        str(node.get_state_display()),
        _("Here since %(day)s") % {"day": date_format(node.created_at)},
    ]


_AROUND: list[tuple[object, Callable[[Node, Viewer], list[str]]]] = [
    (gettext_lazy("Where it comes from"), _records),
    (gettext_lazy("Other names"), _names),
    (gettext_lazy("Identifiers"), _identifiers),
    (gettext_lazy("Tags"), _tags),
    (gettext_lazy("Connections"), _connections),
    (gettext_lazy("Listings held there or run by it"), _listings),
    (gettext_lazy("People"), _people),
    (gettext_lazy("Kept for the group"), _kept_for),
    (gettext_lazy("Who sees it"), _shown),
]
