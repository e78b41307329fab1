"""Streets as search knows them: a name, the town and ward it lies in, and its middle."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import OpClass

from mapping.readers.street_names import KEY_LENGTH, street_key


class Street(models.Model):
    """A street, or what of it lies in one town. Several may share a name; `key` is what `street_key` makes of it."""

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=KEY_LENGTH, editable=False)
    town = models.CharField(max_length=120, blank=True)
    area = models.CharField(
        max_length=120, blank=True, help_text="The ward or suburb, where a town has two of one name."
    )
    point = models.PointField(srid=4326, help_text="A point on the street, halfway along it.")
    source = models.ForeignKey("mapping.Source", on_delete=models.CASCADE, related_name="streets")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name", "town", "area", "point"], name="street_once"),
            models.CheckConstraint(condition=~models.Q(key=""), name="street_has_key"),
        ]
        # Also by how it begins.
        indexes = [models.Index(OpClass(models.F("key"), name="text_pattern_ops"), name="street_begins")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.town) if part)

    def save(self, *args, **kwargs) -> None:
        self.key = street_key(self.name)
        super().save(*args, **kwargs)
