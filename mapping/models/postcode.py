"""What search understands as a place: postcodes, outcodes, and names of the gazetteer."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass

from .plain_name import plain_name


class Postcode(models.Model):
    """A postcode without spaces, upper case (`M320TH`), an outcode (`M32`) or a sector (`M320`)."""

    code = models.CharField(max_length=7, primary_key=True)
    point = models.PointField(srid=4326)
    district = models.CharField(max_length=9, blank=True)
    ward = models.CharField(max_length=9, blank=True)

    def __str__(self) -> str:
        return self.spaced

    @property
    def spaced(self) -> str:
        """The code as people write it: `M32 0TH`. Outcodes and sectors are left as they are."""
        if len(self.code) > 4 and self.code[-3].isdigit() and self.code[-2:].isalpha():
            return f"{self.code[:-3]} {self.code[-3:]}"
        return self.code


class GazetteerEntry(models.Model):
    """A named settlement or suburb; several may share a name."""

    name = models.CharField(max_length=120)
    district = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    point = models.PointField(srid=4326)

    class Meta:
        verbose_name_plural = "gazetteer entries"
        constraints = [
            models.UniqueConstraint(fields=["name", "district", "kind", "point"], name="gazetteer_once"),
        ]
        indexes = [
            models.Index(OpClass(plain_name("name"), name="text_pattern_ops"), name="gazetteer_plain"),
            GinIndex(OpClass("name", name="gin_trgm_ops"), name="gazetteer_trigram"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.district}" if self.district else self.name


class SearchWord(models.Model):
    """A word that occurs in published records: what a mistyped word is corrected to."""

    word = models.CharField(max_length=60, primary_key=True)
    occurrences = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_trigram")]

    def __str__(self) -> str:
        return self.word
