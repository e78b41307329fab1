"""Writes on nodes that may be one thing: merge two, say that they are two, take a merge back.

    merge = merges.merge(actor=actor, kept=hall, dropped=copy, chosen={"phone"})
    merges.keep_apart(actor=actor, candidate=candidate)
    merges.undo(actor=actor, merge=merge)

The dropped node stays in the database, archived, until nobody can take the merge back (`UNDO_DAYS`); its address leads
to the kept one for ever. Every row that changes is in the merge's journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import (
    Actor,
    CandidateState,
    Category,
    Connection,
    Consent,
    MatchCandidate,
    Node,
    NodeKind,
    NodeMerge,
    NodeRedirect,
    NodeState,
    OpeningHours,
    SourceRecord,
    Visibility,
)
from mapping.nodes.merging import Relation, relations, steps, taken_back, texts
from mapping.nodes.registry import model_for
from mapping.search import spelling

from . import journal as journals
from . import merge_connections, opening_hours
from .change import change
from .journal import Journal
from .node_values import Categories, searched

# What a steward chooses between: a name for the choice, and the fields that go together.
FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "category": ("category_id",),
    "summary": ("summary",),
    "location": ("location", "shape", "location_source"),
    "address": ("address",),
    "postcode": ("postcode",),
    "phone": ("phone",),
    "email": ("email",),
    "website": ("website",),
    "hours": ("hours_text",),
    "step_free": ("step_free",),
    "facts": ("facts",),
}
_STRICT = (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.GROUP)
_COARSE = ("exact", "street", "postcode", "area")


class MergeRefused(HereaboutsError):
    """Two nodes that cannot be merged, or a merge that cannot be taken back: why, and what to do."""

    status = 409


def merge(*, actor: Actor, kept: Node, dropped: Node, chosen: Collection[str] = ()) -> NodeMerge:
    """Make `dropped` and `kept` one thing: `kept`, with those facts of `dropped` that `chosen` names (`FIELDS`).

    What only one of them has is kept in any case. Visibility and precision become the stricter of the two.
    Raises MergeRefused.
    """
    with change(actor=actor, action="merge nodes", place=kept.place_id, target=kept) as it:
        _wait_for_imports()
        kept, dropped = _locked(kept, dropped)
        _check(kept, dropped)
        chosen = sorted(set(chosen) & FIELDS.keys())
        before = {kept.pk, dropped.pk}
        it.touch(dropped.place_id)
        it.touch_around(before)
        # What is kept for the dropped group is for the kept one now; else the stricter of two stays (`_settle`).
        it.loosens()
        journal, counts = Journal(), Counter()
        counts.update(merge_connections.move(journal, kept, dropped))
        _move_relations(journal, kept, dropped, counts)
        for step in steps():
            step(journal, kept, dropped)
        _move_candidates(journal, actor, kept, dropped)
        _move_texts(journal, kept, dropped, counts)
        _settle(journal, kept, dropped, chosen)
        journal.create(NodeRedirect(uuid=dropped.uuid, node_id=kept.pk))
        journal.set(dropped, state=str(NodeState.ARCHIVED))
        _move_consents(journal, kept, dropped)
        if kept.visibility != Visibility.PUBLIC:
            spelling.forget(dropped)
            spelling.forget(kept)
        made = NodeMerge.objects.create(
            place_id=kept.place_id,
            kept=kept,
            dropped=dropped,
            chosen=chosen,
            counts=dict(counts),
            journal=journal.entries,
            merged_by=actor.user,
        )
        it.touch_around([kept.pk])
        it.data.update(
            merge=str(made.uuid), kept=str(kept.uuid), dropped=str(dropped.uuid), chosen=chosen, counts=made.counts
        )
    return made


def keep_apart(*, actor: Actor, candidate: MatchCandidate) -> bool:
    """Remember that a pair is two things: it is not asked again. False when that was decided before."""
    with change(actor=actor, action="keep nodes apart", place=candidate.first.place_id, target=candidate.first) as it:
        it.places.clear()  # nothing of it is published
        decided = MatchCandidate.objects.filter(pk=candidate.pk, state=CandidateState.WAITING).update(
            state=CandidateState.DIFFERENT, decided_by=actor.user, decided_at=timezone.now()
        )
        it.data.update(first=str(candidate.first.uuid), second=str(candidate.second.uuid))
        if not decided:
            it.nothing_changed()
    return bool(decided)


def undo(*, actor: Actor, merge: NodeMerge) -> list[journals.Entry]:
    """Put everything back as it was before a merge. Returns what stays because it was changed since.

    Raises MergeRefused when that is not possible any more.
    """
    with change(actor=actor, action="undo merge", place=merge.place_id, target=merge.kept) as it:
        _wait_for_imports()
        merge = NodeMerge.objects.select_for_update().get(pk=merge.pk)
        if merge.undone_at is not None:
            raise MergeRefused(_("This was taken back before."))
        if not NodeMerge.objects.to_undo().filter(pk=merge.pk).exists():
            raise MergeRefused(_("This cannot be taken back any more: it is more than 90 days ago."))
        kept, dropped = _locked(merge.kept, merge.dropped)
        later = NodeMerge.objects.standing().filter(pk__gt=merge.pk)
        if later.filter(kept__in=[kept, dropped]).exists() or later.filter(dropped__in=[kept, dropped]).exists():
            raise MergeRefused(_("One of the two was merged again since."), _("Take the later merge back first."))
        it.touch(dropped.place_id)
        it.touch_around([kept.pk, dropped.pk])
        since = merge_connections.said_since(merge.journal)
        ends = {
            pk: (source, target)
            for pk, source, target in Connection.objects.filter(pk__in=since).values_list("pk", "source", "target")
        }
        # What was archived by the merge, or made stricter by it, is as before.
        it.loosens(merge=["merged", "taken back"])
        stays = journals.undo(merge.journal)
        stays += merge_connections.stay(since, ends)
        opening_hours.fill([kept.pk, dropped.pk])
        for step in taken_back():
            step(merge.journal, kept, dropped)
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])
        kept, dropped = Node.objects.get(pk=kept.pk), Node.objects.get(pk=dropped.pk)
        spelling.learn([kept, dropped])
        it.touch_around([kept.pk, dropped.pk])
        it.data.update(merge=str(merge.uuid), stays=stays)
    return stays


def purge(*, actor: Actor) -> int:
    """Delete what was kept to take merges back, when their time is over. Returns how many."""
    merges = list(NodeMerge.objects.to_purge().select_related("dropped"))
    for merge in merges:
        with change(actor=actor, action="purge merge", place=None) as it:
            it.data.update(merge=str(merge.uuid))
            if merge.dropped is not None and merge.undone_at is None:
                model_for(merge.dropped.kind).objects.filter(pk=merge.dropped_id).delete()
                Node.objects.filter(pk=merge.dropped_id).delete()
            NodeMerge.objects.filter(pk=merge.pk).update(journal=[], purged_at=timezone.now(), dropped=None)
    return len(merges)


def redirected(uuid) -> Node | None:
    """The node that an address leads to which was another node's; None when there is none."""
    found = NodeRedirect.objects.filter(uuid=uuid).select_related("node").first()
    return found.node if found else None


def chosen_in(nodes: Iterable[int]) -> dict[int, set[str]]:
    """The fields that stewards took from nodes which were merged into these (ids): node -> names of fields."""
    found: dict[int, set[str]] = {}
    for node, chosen in NodeMerge.objects.standing().filter(kept__in=list(nodes)).values_list("kept", "chosen"):
        found.setdefault(node, set()).update(name for choice in chosen for name in FIELDS.get(choice, ()))
    return found


def _wait_for_imports() -> None:
    """An import that is running may be about to write on either of the two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('hereabouts import'))")
        if not cursor.fetchone()[0]:
            raise MergeRefused(_("Data is being imported just now."), _("Try again in a few minutes."))


def _locked(kept: Node, dropped: Node) -> tuple[Node, Node]:
    rows = {it.pk: it for it in Node.objects.filter(pk__in=[kept.pk, dropped.pk]).order_by("pk").select_for_update()}
    if len(rows) < 2:
        raise MergeRefused(_("One of the two is not there any more."))
    return rows[kept.pk], rows[dropped.pk]


def _check(kept: Node, dropped: Node) -> None:
    if NodeState.ARCHIVED in (kept.state, dropped.state):
        raise MergeRefused(_("One of the two is archived, or was merged before."), _("Look at the list again."))
    if kept.kind != dropped.kind:
        raise MergeRefused(
            _("“%(one)s” and “%(other)s” are of different kinds.") % {"one": kept.name, "other": dropped.name},
            _("Give them one kind first, or say that they are two."),
        )
    groups = {it.group_id for it in (kept, dropped) if it.visibility == Visibility.GROUP}
    if len(groups) > 1:
        raise MergeRefused(_("They are kept for two different groups."), _("Say first who may see them."))
    if kept.kind == NodeKind.PERSON and Consent.objects.live().filter(node__in=[kept, dropped]).count() > 1:
        raise MergeRefused(_("Both have a consent of their own."), _("End one of them first: a person has one."))


def _move_relations(journal: Journal, kept: Node, dropped: Node, counts: Counter) -> None:
    for relation in relations():
        rows = relation.rows.filter(**{relation.field: dropped.pk})
        if relation.model == "mapping.SourceRecord":
            # What these rows say fills gaps only: the kept node has a row of its own, or nobody's.
            for record in SourceRecord.objects.filter(node=dropped, merged=False):
                journal.set(record, merged=True)
        if relation.once:
            _join(journal, relation, kept, rows)
        counts[relation.model] += journal.move(rows.all(), relation.field, kept.pk)


def _join(journal: Journal, relation: Relation, kept: Node, rows: QuerySet) -> None:
    """Of rows that a node can have once only, let the better stay."""

    def of(row) -> tuple:
        return tuple(getattr(row, name) for name in relation.once)

    there = {of(row): row for row in relation.rows.filter(relation.among, **{relation.field: kept.pk})}
    for row in rows.filter(relation.among):
        same = there.get(of(row))
        if same is None:
            continue
        if relation.best:
            ranks = [list(relation.order).index(getattr(it, relation.best)) for it in (row, same)]
            if ranks[0] > ranks[1]:
                journal.set(same, **{relation.best: getattr(row, relation.best)})
        journal.drop(relation.rows.filter(pk=row.pk))


def _move_consents(journal: Journal, kept: Node, dropped: Node) -> None:
    """A person's consents go where the person is: whoever takes it back then is gone from there.

    Last, and so first when it is taken back: nobody is live without one, at no moment.
    """
    journal.move(Consent.objects.filter(node=dropped), "node", kept.pk)


def _move_candidates(journal: Journal, actor: Actor, kept: Node, dropped: Node) -> None:
    """The pair is decided; pairs of the dropped node are the kept one's, and what was said to be two stays two."""
    now = timezone.now()
    for pair in MatchCandidate.objects.filter(first__in=[kept, dropped], second__in=[kept, dropped]):
        journal.set(pair, state=str(CandidateState.SAME), decided_by_id=getattr(actor.user, "pk", None), decided_at=now)
    pairs = MatchCandidate.objects.filter(first=dropped) | MatchCandidate.objects.filter(second=dropped)
    for pair in pairs.exclude(first=kept).exclude(second=kept).order_by("pk"):
        other = pair.second_id if pair.first_id == dropped.pk else pair.first_id
        first, second = sorted((kept.pk, other))
        there = MatchCandidate.objects.filter(first=first, second=second).first()
        if there is None:
            journal.set(pair, first_id=first, second_id=second)
            continue
        if CandidateState.DIFFERENT in (pair.state, there.state):
            journal.set(there, state=str(CandidateState.DIFFERENT))
        journal.drop(MatchCandidate.objects.filter(pk=pair.pk))


def _move_texts(journal: Journal, kept: Node, dropped: Node, counts: Counter) -> None:
    """Saved views, tours and the like that name the dropped node name the kept one."""
    for model, field in texts():
        for row in model._base_manager.filter(**{f"{field}__icontains": str(dropped.uuid)}):
            value = _replaced(getattr(row, field), str(dropped.uuid), str(kept.uuid))
            if field == "key" and model._base_manager.filter(place=row.place_id, key=value).exists():
                continue  # said of the kept one too
            journal.set(row, **{field: value})
            counts[model._meta.label] += 1


def _replaced(value, old: str, new: str):
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return list(dict.fromkeys(_replaced(it, old, new) for it in value))
    if isinstance(value, dict):
        return {name: _replaced(it, old, new) for name, it in value.items()}
    return value


def _settle(journal: Journal, kept: Node, dropped: Node, chosen: Collection[str]) -> None:
    """The facts of the kept node: its own, those that were chosen, and what it lacked."""
    values: dict[str, object] = {}
    for choice, names in FIELDS.items():
        if choice == "facts":
            first, last = (dropped, kept) if choice in chosen else (kept, dropped)
            values["facts"] = {**last.facts, **first.facts}
        elif choice == "hours":
            continue
        elif choice in chosen or (not _said(kept, choice) and _said(dropped, choice)):
            values |= {name: getattr(dropped, name) for name in names}
    name = values.get("name", kept.name)
    names = (kept.name, *kept.other_names, dropped.name, *dropped.other_names)
    seen = {str(name).casefold()}
    values["other_names"] = [it for it in names if not (it.casefold() in seen or seen.add(it.casefold()))]
    strict = max((kept, dropped), key=lambda it: _STRICT.index(it.visibility))
    values |= {"visibility": str(strict.visibility), "group_id": strict.group_id or kept.group_id}
    values["location_precision"] = max((it.location_precision for it in (kept, dropped)), key=_COARSE.index)
    if values.get("location_source", kept.location_source) == "postcode" and values["location_precision"] == "exact":
        values["location_precision"] = "postcode"
    merge_hours(journal, kept, dropped, take="hours" in chosen)
    _merge_categories(journal, kept, dropped, values.get("category_id", kept.category_id))
    for attribute, value in values.items():
        setattr(kept, attribute, value)
    fresh = Node.objects.get(pk=kept.pk)
    values |= {"search_extra": searched_of(kept), "updated_at": timezone.now()}
    journal.set(fresh, **values)
    kept.refresh_from_db()


def _said(node: Node, choice: str) -> bool:
    return bool(getattr(node, FIELDS[choice][0]))


def merge_hours(journal: Journal, kept: Node, dropped: Node, *, take: bool) -> None:
    """The opening hours of one of them, never of both: those of the kept node, unless it has none or `take`."""
    own, other = (OpeningHours.objects.filter(pk=it.pk).first() for it in (kept, dropped))
    if not take and (kept.hours_text or own) or not (dropped.hours_text or other):
        return
    journal.drop(OpeningHours.objects.filter(pk=kept.pk))
    if other is not None:
        said = {name: getattr(other, name) for name in ("expression", "not_understood", "questions", "by_hand")}
        journal.create(OpeningHours(node_id=kept.pk, **said), follows=("nation", "timezone", "filled_until"))
    journal.set(Node.objects.get(pk=kept.pk), hours_text=dropped.hours_text)
    kept.hours_text = dropped.hours_text
    opening_hours.fill([kept.pk])


def _merge_categories(journal: Journal, kept: Node, dropped: Node, category: int | None) -> None:
    """The categories of both; one of them is the first."""
    through = Node.more_categories.through
    there = set(through.objects.filter(node=kept).values_list("category_id", flat=True))
    more = set(through.objects.filter(node=dropped).values_list("category_id", flat=True))
    wanted = (more | {kept.category_id, dropped.category_id}) - {None, category} - there
    for pk in sorted(wanted):
        journal.create(through(node_id=kept.pk, category_id=pk))
    journal.drop(through.objects.filter(node=kept, category_id=category))


def searched_of(node: Node) -> str:
    """What is searched of a node beside its name and summary, from all that is known of it."""
    more = list(Category.objects.filter(also_nodes=node).order_by("pk"))
    first = [Category.objects.get(pk=node.category_id)] if node.category_id else []
    tags = [it.tag.name for it in node.tags.through.objects.filter(content_object=node).select_related("tag")]
    return searched([*first, *more], Categories(), tags, node.other_names, node.public_address, node.public_postcode)
