"""What a place asks of those who post, and what its stewards look at twice."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

MAX_WORDS = 300
LONGEST_WORD = 60
MAX_RULES = 20_000
MAX_CONTACT = 300


class PlaceRules(models.Model):
    """The house rules of a place, and its word list: what names one of `words` waits for a steward, and is never
    refused. Words are kept in small letters, without spaces around them."""

    place = models.OneToOneField("mapping.Place", on_delete=models.CASCADE, related_name="rules")
    # Empty: ours to begin with (listings/commands/house_rules.py). The version counts what stewards wrote.
    house_rules = models.TextField(blank=True, validators=[MaxLengthValidator(MAX_RULES)])
    rules_version = models.PositiveIntegerField(default=0, db_default=0)
    rules_since = models.DateTimeField(null=True, blank=True)
    contact = models.CharField(max_length=MAX_CONTACT, blank=True, default="", db_default="")
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
