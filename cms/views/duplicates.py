"""`/admin/duplicates/`: pairs of records that may be one thing, side by side; merged, kept apart, or taken back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms import side_by_side
from listings.access import permissions
from mapping.access.viewers import viewer_of
from mapping.commands import merges
from mapping.models import Actor, CandidateState, MatchCandidate, Node, NodeMerge, NodeState, Visibility

PER_PAGE = 20


def candidates_for(user) -> QuerySet:
    """Pairs that may be one thing, both in places or areas that this user looks after; likeliest first.

    What is kept for a group that they do not belong to stays out of it, and so does what is archived.
    """
    pairs = MatchCandidate.objects.filter(state=CandidateState.WAITING)
    pairs = pairs.exclude(first__state=NodeState.ARCHIVED).exclude(second__state=NodeState.ARCHIVED)
    if not (user.is_superuser and user.is_active):
        groups = viewer_of(user).group_ids
        for side in ("first", "second"):
            seen = ~Q(**{f"{side}__visibility": Visibility.GROUP}) | Q(**{f"{side}__group__in": groups})
            pairs = pairs.filter(seen, permissions.lies_with(user, side))
    return pairs.select_related("first__place", "second__place", "first__category", "second__category").order_by(
        "-score", "pk"
    )


def merges_for(user) -> QuerySet:
    """Merges that this user may still take back, the latest first."""
    found = NodeMerge.objects.to_undo().select_related("kept", "dropped", "merged_by")
    if user.is_superuser and user.is_active:
        return found
    return found.filter(permissions.lies_with(user, "kept"), permissions.lies_with(user, "dropped"))


def _steward(request: HttpRequest) -> None:
    if not permissions.has_a_queue(request.user):
        raise PermissionDenied


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The pairs, with the reason and how alike the names are."""
    _steward(request)
    page = Paginator(candidates_for(request.user), PER_PAGE).get_page(request.GET.get("p"))
    rows = [{"pair": it, "percent": side_by_side.percent(it.first, it.second)} for it in page]
    return render(request, "cms/admin/duplicates.html", {**_titles(), "rows": rows, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """One pair side by side, and what is decided of it."""
    _steward(request)
    found = candidates_for(request.user).filter(pk=pk).first()
    if found is None:
        if request.method == "POST":
            messages.warning(request, _("That pair was decided already, or one of the two is gone."))
            return redirect("duplicates")
        raise Http404
    if request.method == "POST":
        return _decide(request, found)
    return _show(request, found)


def _show(request: HttpRequest, found: MatchCandidate) -> HttpResponse:
    following = _next(request.user, found)
    context = {
        **_titles(),
        "pair": found,
        "percent": side_by_side.percent(found.first, found.second),
        "facts": side_by_side.facts_of(found.first, found.second, exact=_knows_exactly(request.user, found)),
        "around": side_by_side.around(found.first, found.second, viewer_of(request.user)),
        "seen": _version(found),
        "following": following,
    }
    return render(request, "cms/admin/duplicate.html", context)


def _knows_exactly(user, found: MatchCandidate) -> bool:
    """Whether where the two lie is shown as it is kept. A steward of an area learns no more than the public."""
    if user.is_superuser:
        return True
    homes = {found.first.place_id, found.second.place_id}
    return permissions.places_to_decide_in(user).filter(pk__in=homes).count() == len(homes)


def _decide(request: HttpRequest, found: MatchCandidate) -> HttpResponse:
    following = _next(request.user, found)
    if request.POST.get("do") == "two":
        merges.keep_apart(actor=Actor.of(request.user), candidate=found)
        messages.success(
            request,
            _("“%(one)s” and “%(other)s” are two things. You will not be asked again.")
            % {"one": found.first.name, "other": found.second.name},
        )
        return _onwards(following)
    keep = request.POST.get("keep")
    if request.POST.get("do") != "merge" or keep not in ("first", "second"):
        messages.error(request, _("Say which address is kept, then merge them."))
        return redirect("duplicate", pk=found.pk)
    if request.POST.get("seen") != _version(found):
        messages.warning(request, _("One of the two was changed while you looked. Read it again before you go on."))
        return redirect("duplicate", pk=found.pk)
    kept, dropped = (found.first, found.second) if keep == "first" else (found.second, found.first)
    other = "second" if keep == "first" else "first"
    chosen = {choice for choice in merges.FIELDS if request.POST.get(f"fact-{choice}") == other}
    try:
        merge = merges.merge(actor=Actor.of(request.user), kept=kept, dropped=dropped, chosen=chosen)
    except merges.MergeRefused as error:
        messages.error(request, str(error))
        return redirect("duplicate", pk=found.pk)
    messages.success(request, _merged(merge, dropped))
    return _onwards(following)


def _merged(merge: NodeMerge, dropped: Node) -> str:
    """What was done, in words."""
    counts = merge.counts
    moved = counts.get("connections", 0) + counts.get("joined", 0)
    words = [
        _("“%(other)s” is part of “%(one)s” now.") % {"other": dropped.name, "one": merge.kept.name},
        ngettext("%(n)s connection was moved.", "%(n)s connections were moved.", moved) % {"n": moved},
    ]
    if listings := counts.get("listings.Listing", 0):
        words.append(ngettext("%(n)s listing follows.", "%(n)s listings follow.", listings) % {"n": listings})
    if loops := counts.get("loops", 0):
        words.append(
            ngettext(
                "%(n)s connection between the two was left out.",
                "%(n)s connections between the two were left out.",
                loops,
            )
            % {"n": loops}
        )
    words.append(_("You can take it back until %(day)s.") % {"day": date_format(merge.undo_until)})
    return " ".join(words)


@require_safe
def merged(request: HttpRequest) -> HttpResponse:
    """What was merged in the last 90 days, each with a button that takes it back."""
    _steward(request)
    page = Paginator(merges_for(request.user), PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "cms/admin/merged.html", {**_titles(), "page": page})


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    _steward(request)
    merge = merges_for(request.user).filter(pk=pk).first()
    if merge is None:
        raise Http404
    try:
        stays = merges.undo(actor=Actor.of(request.user), merge=merge)
    except merges.MergeRefused as error:
        messages.error(request, str(error))
        return redirect("duplicates-merged")
    messages.success(
        request,
        _("“%(one)s” and “%(other)s” are two again.") % {"one": merge.kept.name, "other": merge.dropped.name},
    )
    if stays:
        messages.warning(request, _stays(stays))
    return redirect("duplicates-merged")


def _stays(stays: list[dict]) -> str:
    """What was changed since and was left as it is, in words."""
    of_node = [it["field"] for it in stays if it["model"] == "mapping.Node" and it["field"]]
    names = {it.attname: str(it.verbose_name) for it in Node._meta.concrete_fields}
    fields, other = sorted({names[name] for name in of_node}), len(stays) - len(of_node)
    words = []
    if fields:
        words.append(_("Changed since, and left as it is: %(fields)s.") % {"fields": ", ".join(fields)})
    if other:
        words.append(
            ngettext(
                "%(n)s record was changed or added since, and stays with the one that was kept.",
                "%(n)s records were changed or added since, and stay with the one that was kept.",
                other,
            )
            % {"n": other}
        )
    return " ".join(words)


def _titles() -> dict[str, str]:
    return {"header_title": _("Possible duplicates"), "page_title": _("Possible duplicates"), "header_icon": "copy"}


def _version(found: MatchCandidate) -> str:
    """What the two were when they were shown."""
    return "-".join(f"{it.updated_at.timestamp():.6f}" for it in (found.first, found.second))


def _next(user, found: MatchCandidate) -> MatchCandidate | None:
    """The pair that comes after this one."""
    later = Q(score__lt=found.score) | Q(score=found.score, pk__gt=found.pk)
    return candidates_for(user).filter(later).first()


def _onwards(following: MatchCandidate | None) -> HttpResponse:
    return redirect("duplicate", pk=following.pk) if following else redirect("duplicates")
