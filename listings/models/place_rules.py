"""What a place asks of those who post, and what its stewards look at twice."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

MAX_WORDS = 300
LONGEST_WORD = 60


class PlaceRules(models.Model):
    """The house rules of a place, and its word list: what names one of `words` waits for a steward, and is never
    refused. Words are kept in small letters, without spaces around them."""

    place = models.OneToOneField("mapping.Place", on_delete=models.CASCADE, related_name="rules")
    house_rules = models.TextField(blank=True, validators=[MaxLengthValidator(20_000)])
    words = ArrayField(models.CharField(max_length=LONGEST_WORD), default=list, blank=True, size=MAX_WORDS)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "place rules"
        constraints = [
            models.CheckConstraint(condition=Q(words__len__lte=MAX_WORDS), name="place_rules_words_bounded"),
            # An empty word would be found in everything.
            models.CheckConstraint(condition=~Q(words__contains=[""]), name="place_rules_no_empty_word"),
        ]

    def __str__(self) -> str:
        return f"rules of {self.place}"
