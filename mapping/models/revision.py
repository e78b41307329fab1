"""The number that says how new the published records of a place are."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.db.models.functions import Now


class RevisionQuerySet(models.QuerySet):
    def raise_for(self, places) -> None:
        """Raise the number of each of `places` by one; call inside the transaction of the change."""
        ids = sorted({place if isinstance(place, int) else place.pk for place in places if place})
        # Sorted, so that two changes to the same places cannot lock each other out.
        for place_id in ids:
            self.bulk_create([Revision(place_id=place_id)], ignore_conflicts=True)
            self.filter(place_id=place_id).update(number=F("number") + 1, raised_at=Now())


class Revision(models.Model):
    """One row a place. Tiles, layouts and pages carry the number in their URL or ETag."""

    place = models.OneToOneField(
        "mapping.Place", on_delete=models.CASCADE, primary_key=True, related_name="revision"
    )
    number = models.PositiveBigIntegerField(default=1)
    raised_at = models.DateTimeField(auto_now=True)

    objects = RevisionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.place_id}.{self.number}"
