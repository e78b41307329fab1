"""Places: neighbourhoods, wards, parishes, districts, each with the dated release it came from."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
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


class Nation(models.TextChoices):
    """Whose bank holidays count."""

    ENGLAND = "england", _("England")
    WALES = "wales", _("Wales")
    SCOTLAND = "scotland", _("Scotland")
    NORTHERN_IRELAND = "northern-ireland", _("Northern Ireland")
    UNKNOWN = "", _("Not known, or several")


# The first letter of an official (GSS) code.
NATION_OF_CODE = {
    "E": Nation.ENGLAND,
    "W": Nation.WALES,
    "S": Nation.SCOTLAND,
    "N": Nation.NORTHERN_IRELAND,
}


class Units(models.TextChoices):
    MILES = "miles", _("Miles")
    KM = "km", _("Kilometres")


def nation_of_code(code: str) -> str:
    """Return the nation that an official (GSS) code names, or nothing: E08000009 lies in England."""
    known = len(code) == 9 and code[1:].isdigit()
    return NATION_OF_CODE.get(code[0], Nation.UNKNOWN) if known else Nation.UNKNOWN


def default_timezone() -> str:
    """The time zone of the site (TIME_ZONE)."""
    return settings.TIME_ZONE


def check_timezone(value: str) -> None:
    """Raises ValidationError when `value` is no IANA time zone."""
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone. Write it as Europe/London."), params={"value": value})


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
        return self.filter(name__plain=text)


class Place(models.Model):
    """A named area. Boundaries overlap and change: derive codes per release, never by name."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=20, choices=PlaceKind)
    code = models.CharField(max_length=12, blank=True, help_text=_("The official code, such as E08000009 (GSS)."))
    release = models.DateField(help_text=_("The day from which this boundary counts."))
    superseded_at = models.DateField(null=True, blank=True)
    boundary = models.MultiPolygonField(srid=4326, null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    source = models.ForeignKey(
        "mapping.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="places"
    )
    is_home = models.BooleanField(
        default=False, help_text=_("This place keeps a map of its own: it has a page and stewards.")
    )
    accent = models.CharField(max_length=7, default="#0b6e5b", validators=[RegexValidator(r"^#[0-9a-f]{6}$")])
    nation = models.CharField(
        max_length=20,
        choices=Nation,
        blank=True,
        default=Nation.UNKNOWN,
        db_default="",
        help_text=_("Whose bank holidays count. Leave it empty for a place that lies in more than one."),
    )
    timezone = models.CharField(
        max_length=64,
        default=default_timezone,
        db_default="Europe/London",
        validators=[check_timezone],
        help_text=_("Whose clock counts, such as Europe/London."),
    )
    units = models.CharField(max_length=5, choices=Units, default=Units.MILES, db_default="miles")
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
            models.CheckConstraint(condition=Q(nation__in=Nation.values), name="place_nation_known"),
            models.CheckConstraint(condition=Q(units__in=Units.values), name="place_units_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        # An official code says it; what lies in several nations has none of one nation.
        if not self.nation:
            self.nation = nation_of_code(self.code)
        super().save(*args, **kwargs)

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
