"""The number that says how new the published records of a place are, and its floor."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models


def _id(place) -> int:
    return place if isinstance(place, int) else place.pk


class RevisionQuerySet(models.QuerySet):
    def raise_for(self, places: Iterable, withdrawn: Iterable = ()) -> dict[int, bool]:
        """Raise the number of `places` (or ids) and of `withdrawn` by one; call last in the transaction of the change.

        The floor of those in `withdrawn` is raised too, and both of what triggers noted in this transaction. Returns
        the ids of all places that were raised, and whether their floor was. One query. They are locked in one order, so
        that two changes to the same places cannot lock each other out.
        """
        ids = [[_id(place) for place in each if place] for each in (places, withdrawn)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT raised, has_floor FROM mapping_raise(%s::bigint[], %s::bigint[])", ids)
            return dict(cursor.fetchall())


class Revision(models.Model):
    """One row a place. Tiles, layouts and pages carry the number in their URL or ETag.

    `floor` is the number at which something was last withdrawn, hidden or shown less exactly: an address with a lower
    one is gone (410), one from there on is answered with what is there now. `floor_of_all` is the same for addresses
    that tell of all places, whose number is the sum of all.
    """

    place = models.OneToOneField("mapping.Place", on_delete=models.CASCADE, primary_key=True, related_name="revision")
    number = models.PositiveBigIntegerField(default=1)
    raised_at = models.DateTimeField(auto_now=True)
    floor = models.PositiveBigIntegerField(default=0, db_default=0)
    floor_of_all = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = RevisionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.place_id}.{self.number}"


class TouchedPlace(models.Model):
    """A place that triggers saw changed in this transaction. Empty between transactions: its end takes them away."""

    place = models.BigIntegerField()
    withdrawn = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return f"{self.place}{' withdrawn' if self.withdrawn else ''}"
