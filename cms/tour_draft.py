"""A first draft of a tour, made of what the network of a place shows. A steward makes it theirs.

The texts name nobody: who is meant is told by the finding below each, worked out anew for every reader, so that what is
withdrawn or hidden later is gone from the tour too.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.commands.change import change
from mapping.models import Actor, Place
from mapping.network import place_network
from mapping.network.place_network import PlaceNetwork
from mapping.network.state import NetworkNotReady
from mapping.network.view.state import NetworkView

from .models import PlacePage, TourFinding, TourPage, TourStep

MAX_TOURS = 50


class TourRefused(HereaboutsError, ValueError):
    """No tour can be drafted; the text says why and what to do."""

    status = 409


@dataclass(frozen=True)
class Draft:
    """One step to be."""

    title: str
    text: str
    finding: TourFinding
    view: NetworkView = NetworkView()


def draft_tour(*, actor: Actor, place: Place, publish: bool = False, steps: list[Draft] | None = None) -> TourPage:
    """Make a tour of five to eight steps below the page of `place`, as a draft unless `publish`.

    `steps` are those that a job found; otherwise they are looked for now.

    Raises
    ------
    TourRefused
        When the place has no page, nobody is connected yet, or there are very many tours.
    """
    parent = PlacePage.objects.filter(place=place).first()
    if parent is None:
        raise TourRefused(
            _("%(place)s has no page yet.") % {"place": place.name}, _("Make one first (make_steward does).")
        )
    if steps is None:
        steps = steps_for(place)
    if not steps:
        raise TourRefused(_("Nobody has said yet who is connected to whom here, so there is nothing to lead through."))
    if TourPage.objects.child_of(parent).count() >= MAX_TOURS:
        raise TourRefused(_("There are very many tours here."), _("Delete some that nobody needs first."))
    with change(actor=actor, action="draft tour", place=place, target=place) as it:
        slug, number = _free(parent)
        title = _("A walk underneath %(place)s") % {"place": place.name}
        tour = TourPage(
            title=title if number == 1 else f"{title} ({number})",
            slug=slug,
            introduction=f"<p>{_('Who is connected to whom here, what holds it together, and what is missing.')}</p>",
            live=False,
            has_unpublished_changes=True,
        )
        tour.steps = [
            TourStep(
                sort_order=number,
                title=draft.title,
                text=f"<p>{draft.text}</p>",
                address=draft.view.url(""),
                finding=draft.finding,
            )
            for number, draft in enumerate(steps)
        ]
        # The number of children is read anew: the page may have been loaded before another was added.
        parent.refresh_from_db()
        parent.add_child(instance=tour)
        revision = tour.save_revision(user=actor.user)
        it.data.update(page=tour.pk, slug=tour.slug, steps=len(tour.steps.all()))
        # A draft changes nothing that is published; publishing raises the revision by itself.
        it.places.clear()
        if publish:
            revision.publish(user=actor.user)
            tour.refresh_from_db()
    return tour


def steps_for(place: Place) -> list[Draft]:
    """The steps for the network of `place` as everybody may see it; none where nobody is connected."""
    try:
        network = place_network.load(place).get()
    except NetworkNotReady as error:
        raise TourRefused(error.message, error.remedy, status=error.status) from error
    return [] if network.is_empty else drafts(network)


def make(request: HttpRequest, place: Place) -> JsonResponse:
    """The same as a job makes it."""
    return JsonResponse([[it.title, it.text, it.finding, it.view.url("")] for it in steps_for(place)], safe=False)


def made(drafts: list[list[str]]) -> list[Draft]:
    """What a job made, as steps."""
    return [
        Draft(title, text, TourFinding(finding), NetworkView.from_params(QueryDict(address.lstrip("?"))))
        for title, text, finding, address in drafts
    ]


def drafts(network: PlaceNetwork) -> list[Draft]:
    """The steps that this network has something to show for: between five and eight."""
    steps = [
        Draft(
            _("The whole"),
            _(
                "Every dot is a group or a place, every line something that somebody said about the two. "
                "Near each other in the picture are those that share most of their connections."
            ),
            TourFinding.COUNTED,
        ),
        Draft(
            _("The centre"),
            _(
                "These are connected to most others. In the picture, the larger a dot, the more of the ways "
                "between two others lead through it."
            ),
            TourFinding.BEST,
            NetworkView(size="betweenness", focus=_centre(network)),
        ),
    ]
    worst = _worst(network)
    if network.facts.bridges and worst is not None:
        steps.append(
            Draft(
                _("The bridges"),
                _(
                    "Those who connect what would otherwise be apart. Without one of them, some lose every way to "
                    "the rest."
                ),
                TourFinding.BRIDGES,
                NetworkView(focus=worst),
            )
        )
    steps.append(
        Draft(
            _("The groups"),
            _("Within the whole are circles that are more closely connected among themselves. Each has a colour."),
            TourFinding.GROUPS,
            NetworkView(colour="community"),
        )
    )
    steps.append(
        Draft(
            _("The edges"),
            _(
                "Some hang on by a single line. That may be how they want it, or nobody has asked them yet: "
                "what is not written down is not in the picture."
            ),
            TourFinding.EDGE,
            NetworkView(size="core"),
        )
    )
    gap = network.section("missing", NetworkView())
    if gap is not None:
        steps.append(
            Draft(
                _("A gap"),
                _(
                    "What could be connected and is not, as far as anyone has said. Perhaps you know better, or can "
                    "help."
                ),
                TourFinding.MISSING,
                NetworkView(layout="ground"),
            )
        )
    if worst is not None:
        steps.append(
            Draft(
                _("What if?"),
                _("A ring of dashes stands for somebody who is not there. This is how the rest would look."),
                TourFinding.WHAT_IF,
                NetworkView(without=(worst,)),
            )
        )
    return steps


def _worst(network: PlaceNetwork) -> UUID | None:
    """Whose loss would leave most without a connection; the best connected where nobody's would."""
    facts = network.facts
    found = [node for node, _falling in facts.bridges] or facts.best
    return found[0].uuid if found else None


def _centre(network: PlaceNetwork) -> UUID | None:
    """Around whom to look for the centre: the best connected, hubs aside, which have nearly everybody around them."""
    hubs = {it.uuid for it in network.facts.hubs}
    return next((it.uuid for it in network.facts.best if it.uuid not in hubs), None)


def _free(parent: PlacePage) -> tuple[str, int]:
    """An address that no page below `parent` has, and its number."""
    taken = set(parent.get_children().values_list("slug", flat=True))
    number, slug = 1, "tour"
    while slug in taken:
        number += 1
        slug = f"tour-{number}"
    return slug, number
