"""Nodes: anything that can stand on the map and in the network."""

from __future__ import annotations

import datetime
import uuid
from functools import lru_cache

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Upper
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from .category import NodeTag
from .plain_name import WORDS, plain_name
from .share import NodeShare
from .viewer import Viewer


class NodeKind(models.TextChoices):
    ORGANISATION = "organisation", _("Organisation")
    ASSET = "asset", _("Place or asset")
    ACTIVITY = "activity", _("Activity or event")
    PROJECT = "project", _("Project")
    PURPOSE = "purpose", _("Shared purpose")
    PERSON = "person", _("Person")


class NodeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting for a steward")
    LIVE = "live", _("Live")
    ARCHIVED = "archived", _("Archived")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everybody")
    MEMBERS = "members", _("Members of the place")
    GROUP = "group", _("The group only")


class LocationSource(models.TextChoices):
    EXACT = "exact", _("Coordinates given")
    PIN = "pin", _("A pin on the map")
    VENUE = "venue", _("The venue")
    STREET = "street", _("The street")
    POSTCODE = "postcode", _("The middle of the postcode")
    AREA = "area", _("The area")
    NONE = "", _("Not located")


class LocationPrecision(models.TextChoices):
    """How exactly the public may know where a node is."""

    EXACT = "exact", _("Exact")
    STREET = "street", _("To the street")
    POSTCODE = "postcode", _("To the postcode")
    AREA = "area", _("To the area")


class StepFree(models.TextChoices):
    YES = "yes", _("Step-free")
    PARTLY = "partly", _("Partly step-free")
    NO = "no", _("Not step-free")
    UNKNOWN = "", _("Not known")


class ConfirmedBy(models.TextChoices):
    """Who said last that a record still holds."""

    GROUP = "group", _("the group")
    POSTER = "poster", _("whoever posted it")
    STEWARD = "steward", _("a steward")
    FEED = "feed", _("its calendar")
    SOURCE = "source", _("its source")
    NEIGHBOUR = "neighbour", _("a neighbour")
    NOBODY = "", _("nobody said who")


# What `confirmed=1` asks for, about six months.
CONFIRMED_LATELY = datetime.timedelta(days=183)

VISIBLE_STATES = (NodeState.LIVE,)
EDITABLE_STATES = (NodeState.DRAFT, NodeState.PENDING, NodeState.LIVE)

# Degrees of the grid to which a public point is moved, by precision: about 55 m, 220 m, 1.1 km of latitude.
GRID = {
    LocationPrecision.STREET: 0.0005,
    LocationPrecision.POSTCODE: 0.002,
    LocationPrecision.AREA: 0.01,
}


# Large, and shown nowhere as they are: for `defer`.
UNSHOWN = ("location", "shape", "point_3857", "search_vector", "search_extra", "cells")


def _snapped(degrees: float) -> Func:
    return Func(
        F("location"),
        Value(degrees),
        function="ST_SnapToGrid",
        output_field=models.PointField(srid=4326),
    )


def coarsened() -> Case:
    """The point that the public may see: `location`, moved to a grid unless it may be exact.

    A location that never was finer than its precision (a postcode's centre) is left alone.
    """
    return Case(
        When(
            Q(location_precision=LocationPrecision.EXACT) | Q(location_precision=F("location_source")),
            then=F("location"),
        ),
        When(location_precision=LocationPrecision.STREET, then=_snapped(GRID["street"])),
        When(location_precision=LocationPrecision.POSTCODE, then=_snapped(GRID["postcode"])),
        default=_snapped(GRID["area"]),
        output_field=models.PointField(srid=4326),
    )


@lru_cache(maxsize=8)
def _around(prefix: str) -> tuple[str, str]:
    """What stands before and after its uuid in the address of a node: a page has a hundred of them."""
    nobody = uuid.UUID(int=0)
    before, _nobody, after = reverse("node", args=[nobody]).partition(str(nobody))
    return before, after


class NodeQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> NodeQuerySet:
        """Only what `viewer` may see. Every reader of nodes starts here."""
        if viewer.sees_everything:
            return self.filter(state__in=VISIBLE_STATES)
        allowed = Q(visibility=Visibility.PUBLIC)
        if viewer.place_ids:
            allowed |= Q(visibility=Visibility.MEMBERS, place_id__in=viewer.place_ids)
        if viewer.group_ids:
            # Asked once for the whole query, from an index.
            shared = NodeShare.objects.filter(group_id__in=viewer.group_ids, accepted_at__isnull=False)
            only_groups = Q(group_id__in=viewer.group_ids) | Q(pk__in=shared.order_by().values("node_id"))
            allowed |= Q(visibility=Visibility.GROUP) & only_groups
        return self.filter(allowed, state__in=VISIBLE_STATES)

    def of_place(self, place) -> NodeQuerySet:
        """Nodes kept by a home place; for any other place, those within its boundary."""
        if place.is_home:
            return self.filter(place=place)
        if place.boundary is None:
            return self.none()
        return self.filter(public_point__coveredby=place.boundary)

    def current(self, now: datetime.datetime | None = None) -> NodeQuerySet:
        """Without what is over at `now`."""
        return self.filter(Q(over_at__isnull=True) | Q(over_at__gt=now or timezone.now()))

    def confirmed_lately(self, now: datetime.datetime | None = None) -> NodeQuerySet:
        """What somebody has confirmed within `CONFIRMED_LATELY`."""
        return self.filter(confirmed_at__gt=(now or timezone.now()) - CONFIRMED_LATELY, fading_since__isnull=True)

    def over(self, now: datetime.datetime | None = None) -> NodeQuerySet:
        """What is over at `now`: it has its own page, and is in no list."""
        return self.filter(over_at__lte=now or timezone.now())

    def last_over(self) -> models.QuerySet:
        """When something was over last (`over_at`, or nothing): lists change then, whatever their revision says.

        One look into an index, also as a part of another query.
        """
        return self.over().order_by("-over_at").values_list("over_at", flat=True)[:1]

    def located(self) -> NodeQuerySet:
        return self.filter(public_point__isnull=False)

    def for_cards(self) -> NodeQuerySet:
        """With what a card shows, in a fixed number of queries."""
        return self.select_related("category", "opening_hours").defer(*UNSHOWN)


class Node(models.Model):
    """One thing of a place. Organisations and listings are nodes too (multi-table children)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey("mapping.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="nodes")
    kind = models.CharField(max_length=20, choices=NodeKind)
    category = models.ForeignKey(
        "mapping.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="nodes"
    )
    more_categories = models.ManyToManyField("mapping.Category", blank=True, related_name="also_nodes")
    name = models.CharField(max_length=300)
    other_names = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    summary = models.TextField(blank=True)
    # `category` and `more_categories` in one array, kept by a trigger: one index answers for both.
    category_ids = ArrayField(
        models.BigIntegerField(), default=list, db_default=Value("{}"), blank=True, editable=False
    )
    tags = TaggableManager(through=NodeTag, blank=True)

    # Not indexed: readers ask the public point, so that distance never tells more than the map does.
    location = models.PointField(srid=4326, null=True, blank=True, spatial_index=False)
    shape = models.GeometryField(srid=4326, null=True, blank=True)
    location_source = models.CharField(max_length=10, choices=LocationSource, blank=True, default=LocationSource.NONE)
    location_precision = models.CharField(max_length=10, choices=LocationPrecision, default=LocationPrecision.EXACT)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(max_length=500, blank=True)
    hours_text = models.CharField(max_length=2000, blank=True, help_text=_("When it is open, as its source says it."))
    step_free = models.CharField(max_length=10, choices=StepFree, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True, help_text=_("Further facts: label to value."))
    # What can be filtered by: tokens, as `models.features` has them.
    features = ArrayField(models.CharField(max_length=30), default=list, db_default=Value("{}"), blank=True)
    audiences = ArrayField(models.CharField(max_length=30), default=list, db_default=Value("{}"), blank=True)
    languages = ArrayField(models.CharField(max_length=20), default=list, db_default=Value("{}"), blank=True)
    min_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("In years."))
    max_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("In years."))
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text=_("How many people it holds."))
    hire_rate = models.CharField(max_length=200, blank=True, default="", db_default="")
    hire_booking = models.CharField(max_length=500, blank=True, default="", db_default="")

    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    group = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="kept_nodes",
        help_text=_("The group whose members see it, when only the group may."),
    )
    state = models.CharField(max_length=10, choices=NodeState, default=NodeState.DRAFT)
    source = models.ForeignKey("mapping.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="nodes")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(
        max_length=10, choices=ConfirmedBy, blank=True, default=ConfirmedBy.NOBODY, db_default=""
    )
    # Since when nobody has answered whether it still holds; empty for what was confirmed in time, and is never asked.
    fading_since = models.DateTimeField(null=True, blank=True, editable=False)
    # When it is over and leaves the lists, at its address it stays; empty while that is not known.
    over_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    search_extra = models.TextField(
        blank=True,
        editable=False,
        help_text=_("Names of categories, tags, address: searched, not shown."),
    )
    search_vector = models.GeneratedField(
        expression=SearchVector("name", weight="A", config=WORDS)
        + SearchVector("search_extra", weight="B", config=WORDS)
        + SearchVector("summary", weight="C", config=WORDS),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    public_point = models.GeneratedField(
        expression=coarsened(),
        output_field=models.PointField(srid=4326, null=True, spatial_index=False),
        db_persist=True,
    )
    point_3857 = models.GeneratedField(
        expression=Func(
            coarsened(),
            Value(3857),
            function="ST_Transform",
            output_field=models.PointField(srid=3857),
        ),
        output_field=models.PointField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )
    cells = models.GeneratedField(
        expression=Func(
            Func(
                coarsened(),
                Value(3857),
                function="ST_Transform",
                output_field=models.PointField(srid=3857),
            ),
            function="mapping_cells",
        ),
        output_field=ArrayField(models.IntegerField(), null=True),
        db_persist=True,
        editable=False,
    )

    objects = NodeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="node_has_name"),
            models.CheckConstraint(condition=Q(kind__in=NodeKind.values), name="node_kind_known"),
            models.CheckConstraint(condition=Q(state__in=NodeState.values), name="node_state_known"),
            models.CheckConstraint(
                condition=Q(min_age__isnull=True) | Q(max_age__isnull=True) | Q(max_age__gte=F("min_age")),
                name="node_ages_in_order",
            ),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="node_visibility_known"),
            models.CheckConstraint(condition=Q(confirmed_by__in=ConfirmedBy.values), name="node_confirmed_by_known"),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.GROUP) | Q(group__isnull=False),
                name="node_group_visibility_has_group",
            ),
            models.CheckConstraint(
                condition=~Q(location_source=LocationSource.POSTCODE) | ~Q(location_precision=LocationPrecision.EXACT),
                name="node_postcode_is_not_exact",
            ),
            models.CheckConstraint(
                condition=Q(location__isnull=True, location_source="")
                | Q(location__isnull=False) & ~Q(location_source=""),
                name="node_location_has_source",
            ),
        ]
        indexes = [
            GistIndex(fields=["point_3857"], name="node_point_3857"),
            GistIndex(fields=["public_point"], name="node_public_point"),
            # All that a wide tile counts of what everybody sees: so many rows would cost more to read than to count.
            # A point of PostgreSQL's own, because an index of geometries can not give back what it holds.
            GistIndex(
                Func(F("point_3857"), template="(%(expressions)s::point)", output_field=models.TextField()),
                name="node_of_wide_tiles",
                include=["id", "kind", "category", "place", "over_at", "point_3857"],
                condition=Q(state=NodeState.LIVE, visibility=Visibility.PUBLIC),
            ),
            # One index for words, categories and ground: GIN intersects them itself and skips what cannot match, so
            # that a search of a neighbourhood does not grow with the country.
            GinIndex(fields=["search_vector", "category_ids", "cells"], name="node_search"),
            GinIndex(OpClass(plain_name("name"), name="gin_trgm_ops"), name="node_plain_trigram"),
            # Names of a place by how they begin.
            models.Index(F("place"), OpClass(plain_name("name"), name="text_pattern_ops"), name="node_place_plain"),
            # The same name, in either case.
            models.Index(Upper("name"), name="node_name_upper"),
            models.Index(fields=["place", "state", "kind"], name="node_place_state"),
            models.Index(fields=["category", "state"], name="node_category_state"),
            models.Index(fields=["over_at", "place"], condition=Q(over_at__isnull=False), name="node_over"),
            GinIndex(fields=["features", "audiences", "languages"], name="node_features"),
            models.Index(fields=["place", "fading_since"], condition=Q(fading_since__isnull=False), name="node_fading"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        before, after = _around(get_script_prefix())
        return f"{before}{self.uuid}{after}"

    @property
    def is_coarsened(self) -> bool:
        """Whether the public may know less exactly than we do where this is."""
        # A node without a location has no source of one, by constraint; this leaves the geometry unread.
        return bool(self.location_source) and self.location_precision not in (
            LocationPrecision.EXACT,
            self.location_source,
        )

    @property
    def public_address(self) -> str:
        """The address, unless it would tell more than the public point does."""
        if self.is_coarsened and self.location_precision != LocationPrecision.STREET:
            return ""
        return self.address

    @property
    def public_postcode(self) -> str:
        """The postcode; its first half where the public may know the area only."""
        if self.is_coarsened and self.location_precision == LocationPrecision.AREA:
            return self.postcode.split(" ")[0] if " " in self.postcode else ""
        return self.postcode
