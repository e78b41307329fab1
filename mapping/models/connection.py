"""Connections between nodes, and the statements that support them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .node import Node, NodeKind, Visibility
from .viewer import Viewer


class Tie(models.TextChoices):
    """What a kind of connection does for social capital, where that is known."""

    BONDING = "bonding", _("Bonding: within a group")
    BRIDGING = "bridging", _("Bridging: across groups")
    LINKING = "linking", _("Linking: to those with power or means")
    UNKNOWN = "", _("Not known")


class ConnectionType(models.Model):
    """A verb with both readings: "funds" / "is funded by". `place` is set for a place's own verbs."""

    slug = models.SlugField(max_length=40)
    forward = models.CharField(max_length=60)
    reverse = models.CharField(max_length=60)
    directed = models.BooleanField(default=True)
    tie = models.CharField(max_length=10, choices=Tie, blank=True, default="")
    source_kinds = models.JSONField(
        default=list, blank=True, help_text=_("Kinds of node it may start from; empty: any.")
    )
    target_kinds = models.JSONField(default=list, blank=True, help_text=_("Kinds of node it may end at; empty: any."))
    place = models.ForeignKey("mapping.Place", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)
    meaning = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text=_("What it is to mean, in a sentence.")
    )
    hidden_in = models.ManyToManyField(
        "mapping.Place", blank=True, related_name="hidden_connection_types",
        help_text=_("Places that do not offer it and do not show it."),
    )  # fmt: skip

    class Meta:
        ordering = ["position", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "place"], nulls_distinct=False, name="connection_type_once"),
        ]

    def __str__(self) -> str:
        return self.forward

    def allows(self, source: NodeKind | str, target: NodeKind | str) -> bool:
        """Whether nodes of these kinds may be joined by this type, in this direction."""
        return (not self.source_kinds or source in self.source_kinds) and (
            not self.target_kinds or target in self.target_kinds
        )


class StatementKind(models.TextChoices):
    AGREES = "agrees", _("Says that it holds")
    DISAGREES = "disagrees", _("Says that it does not hold")
    CORRECTS = "corrects", _("Corrects it")


SUPPORTING_KINDS = (StatementKind.AGREES, StatementKind.CORRECTS)


class ConnectionQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> ConnectionQuerySet:
        """Connections between two nodes that `viewer` sees, with a live statement that they see.

        Those that only rules know of leave with the first of their ends that is over.
        """
        nodes = Node.objects.visible_to(viewer)
        support = Statement.objects.visible_to(viewer).filter(connection=OuterRef("pk"), kind__in=SUPPORTING_KINDS)
        over = Node.objects.over()
        # What a rule says of something that is over is past; what somebody stated stays. In this order the set of what
        # is over is read once, and nothing is looked up for a connection that it does not touch.
        still = ~Exists(over.filter(pk=OuterRef("source_id"))) & ~Exists(over.filter(pk=OuterRef("target_id")))
        return self.of_shown_types().filter(
            Q(still) | Exists(support.filter(by_rule="")),
            Exists(support),
            Exists(nodes.filter(pk=OuterRef("source_id"))),
            Exists(nodes.filter(pk=OuterRef("target_id"))),
        )

    def of_shown_types(self) -> ConnectionQuerySet:
        """Without the types that the place of either end hides: a place decides what is told of its own nodes."""
        hidden = ConnectionType.hidden_in.through.objects
        here = hidden.filter(
            Q(place__nodes=OuterRef("source_id")) | Q(place__nodes=OuterRef("target_id")),
            connectiontype_id=OuterRef("type_id"),
        )
        # Nearly always nothing is hidden anywhere: then each row costs one look into an empty set.
        return self.filter(~Q(type__in=hidden.values("connectiontype_id")) | ~Exists(here))

    def places_around(self, nodes) -> set[int]:
        """Ids of the places at either end of the connections of `nodes` (ids or a queryset)."""
        return self.filter(Q(source__in=nodes) | Q(target__in=nodes)).places_at_ends()

    def places_at_ends(self) -> set[int]:
        """Ids of the places at either end of these connections."""
        pairs = self.order_by().values_list("source__place_id", "target__place_id").distinct()
        return {place for pair in pairs for place in pair} - {None}

    def of_node(self, node: Node) -> ConnectionQuerySet:
        return self.filter(Q(source=node) | Q(target=node))

    def between(self, one: Node, other: Node) -> ConnectionQuerySet:
        """Those of these two, whichever way they go."""
        return self.filter(Q(source=one, target=other) | Q(source=other, target=one))

    def unstated(self) -> ConnectionQuerySet:
        """Those of which nobody says, or ever said, anything: left by statements that went elsewhere."""
        return self.filter(~Exists(Statement.objects.filter(connection=OuterRef("pk"))))

    def of_place(self, place) -> ConnectionQuerySet:
        """Connections with at least one end in a home place."""
        return self.filter(Q(source__place=place) | Q(target__place=place))


class Connection(models.Model):
    """One tie of one type between two nodes. It shows only while a live, visible statement supports it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="connections_out")
    target = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="connections_in")
    type = models.ForeignKey(ConnectionType, on_delete=models.PROTECT, related_name="connections")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="connection_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="connection_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.type.forward} {self.target}"

    def get_absolute_url(self) -> str:
        return reverse("connection", args=[self.uuid])


class StatementQuerySet(models.QuerySet):
    def live(self) -> StatementQuerySet:
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, viewer: Viewer) -> StatementQuerySet:
        """Live statements that `viewer` may see."""
        live = self.live()
        if viewer.sees_everything:
            return live
        allowed = Q(visibility=Visibility.PUBLIC)
        if viewer.place_ids:
            allowed |= Q(visibility=Visibility.MEMBERS) & (
                Q(connection__source__place_id__in=viewer.place_ids)
                | Q(connection__target__place_id__in=viewer.place_ids)
            )
        if viewer.group_ids:
            allowed |= Q(visibility=Visibility.GROUP, group_id__in=viewer.group_ids)
        return live.filter(allowed)

    def ranked(self) -> StatementQuerySet:
        """Conflicting statements side by side, those that should know best first.

        1. Who says it: one of the two ends; a dataset; another group; a person; somebody who has left; a rule.
        2. With evidence before without.
        3. The newest first (the day it was said, or else was written down), then the one that was kept first.

        Rank orders what is read. It takes nothing away: each counts once, whatever its rank.
        """
        own_end = Q(by_node=F("connection__source")) | Q(by_node=F("connection__target"))
        who = Case(
            When(own_end, then=Value(0)),
            When(by_source__isnull=False, then=Value(1)),
            When(by_node__isnull=False, then=Value(2)),
            When(by_user__isnull=False, then=Value(3)),
            When(by_rule="", then=Value(4)),
            default=Value(5),
        )
        without = Case(When(Q(evidence_url="") & Q(document=None), then=Value(1)), default=Value(0))
        day = Coalesce("said_on", TruncDate("created_at"))
        return self.order_by(who, without, day.desc(), "pk")


class Statement(models.Model):
    """One party's claim about a connection: a person, a node (group), a dataset or a rule.

    When the account of its author, or the node in whose name it was said, is deleted, it stays: what somebody
    said does not vanish from under others. `author_left` (set by a trigger) then says that nobody is named any more.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=10, choices=StatementKind, default=StatementKind.AGREES)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.SET_NULL, related_name="statements_made")
    by_source = models.ForeignKey(
        "mapping.Source", null=True, blank=True, on_delete=models.CASCADE, related_name="statements"
    )
    by_rule = models.CharField(max_length=60, blank=True)
    rests_on = ArrayField(
        models.BigIntegerField(), null=True, blank=True, editable=False,
        help_text=_("What a rule's statement rests on: numbers of nodes, and of tags as negative numbers."),
    )  # fmt: skip
    author_left = models.BooleanField(default=False, db_default=False, editable=False)
    key = models.CharField(max_length=200, blank=True, help_text=_("The row of the source, so that it is said once."))
    strength = models.PositiveSmallIntegerField(default=3)
    held_from = models.DateField(null=True, blank=True)
    held_to = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)
    document = models.ForeignKey(
        "mapping.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="statements"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    said_on = models.DateField(null=True, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    group = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consent = models.TextField(blank=True, help_text=_("The wording that was agreed to, and when."))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-said_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(by_user__isnull=False, by_source__isnull=True, by_rule="")
                    | Q(by_user__isnull=True, by_source__isnull=False, by_rule="", by_node__isnull=True)
                    | Q(by_user__isnull=True, by_source__isnull=True, by_node__isnull=True) & ~Q(by_rule="")
                    | Q(by_user__isnull=True, by_source__isnull=True, by_rule="", by_node__isnull=False)
                    | Q(by_user__isnull=True, by_source__isnull=True, by_rule="", by_node__isnull=True)
                    & Q(author_left=True)
                ),
                name="statement_one_author",
            ),
            models.CheckConstraint(condition=Q(strength__gte=1, strength__lte=5), name="statement_strength_1_to_5"),
            models.CheckConstraint(
                condition=Q(held_to__isnull=True) | Q(held_from__isnull=True) | Q(held_to__gte=F("held_from")),
                name="statement_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.GROUP) | Q(group__isnull=False),
                name="statement_group_visibility_has_group",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | ~Q(currency=""), name="statement_amount_currency"
            ),
            models.UniqueConstraint(
                fields=["by_source", "key"],
                condition=Q(by_source__isnull=False) & ~Q(key=""),
                name="statement_once_per_source_row",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "visibility"],
                condition=Q(withdrawn_at__isnull=True),
                name="statement_live",
            ),
            GinIndex(fields=["rests_on"], condition=~Q(by_rule=""), name="statement_rests_on"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.connection_id}"

    @property
    def is_derived(self) -> bool:
        """Worked out by a rule rather than said by somebody."""
        return bool(self.by_rule)
