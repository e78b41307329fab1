"""Places: neighbourhoods, wards, parishes, districts, each with the dated release it came from."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .revision import Revision


class PlaceKind(models.TextChoices):
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
    TOWN = "town", _("Town centre")
    LOCALITY = "locality", _("Locality")
    WARD = "ward", _("Ward")
    PARISH = "parish", _("Parish")
    DISTRICT = "district", _("District")
    COUNTY = "county", _("County")


class PlaceQuerySet(models.QuerySet):
    def homes(self) -> PlaceQuerySet:
        """Places that keep their own map (have a steward and a page)."""
        return self.filter(is_home=True)

    def current(self) -> PlaceQuerySet:
        """Places of the latest release only: a boundary that was replaced is kept, not shown."""
        return self.filter(superseded_at__isnull=True)

    def covering(self, point) -> PlaceQuerySet:
        """Places whose boundary covers `point` (4326)."""
        return self.filter(boundary__covers=point)

    def named(self, text: str) -> PlaceQuerySet:
        return self.filter(name__iexact=text.strip())


class Place(models.Model):
    """A named area. Boundaries overlap and change: derive codes per release, never by name."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=20, choices=PlaceKind)
    code = models.CharField(
        max_length=12, blank=True, help_text=_("The official code, such as E08000009 (GSS).")
    )
    release = models.DateField(help_text=_("The day from which this boundary counts."))
    superseded_at = models.DateField(null=True, blank=True)
    boundary = models.MultiPolygonField(srid=4326, null=True, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    source = models.ForeignKey(
        "mapping.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="places"
    )
    is_home = models.BooleanField(
        default=False, help_text=_("This place keeps a map of its own: it has a page and stewards.")
    )
    accent = models.CharField(
        max_length=7, default="#0b6e5b", validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "release"], name="place_slug_once_per_release"),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(superseded_at__isnull=True),
                name="place_slug_once_among_current",
            ),
            models.UniqueConstraint(
                fields=["code", "release"], condition=~Q(code=""), name="place_code_once_per_release"
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gt=models.F("release")),
                name="place_superseded_after_release",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def revision_number(self) -> int:
        """The published revision, 0 before the first change."""
        number = Revision.objects.filter(place=self).values_list("number", flat=True).first()
        return number or 0

    @property
    def revision_token(self) -> str:
        """`slug.number`, as tile and map URLs carry it."""
        return f"{self.slug}.{self.revision_number}"

    def get_absolute_url(self) -> str:
        return f"/{self.slug}/"
