"""What a place does with the rules that derive connections, and how far each has been worked out."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _


class Rule(models.TextChoices):
    """The rules. Their SQL and rationale are in `mapping/derivation/`; statements carry the value as `by_rule`."""

    SAME_VENUE = "same-venue", _("Same venue")
    SAME_ORGANISER = "same-organiser", _("Same organiser")
    SAME_FUNDER = "same-funder", _("Same funder")
    SHARED_TAG = "shared-tag", _("Shared tag")
    SHARED_PURPOSE = "shared-purpose", _("Shared purpose")
    NEAR = "near", _("Near each other")
    SAME_ACTIVITY = "same-activity", _("Same activity")


# The connection type that each rule writes.
RULE_TYPES: Mapping[Rule, str] = {
    Rule.SAME_VENUE: "shares_space",
    Rule.SAME_ORGANISER: "same_organiser",
    Rule.SAME_FUNDER: "same_funder",
    Rule.SHARED_TAG: "shares_tag",
    Rule.SHARED_PURPOSE: "same_purpose",
    Rule.NEAR: "near",
    Rule.SAME_ACTIVITY: "same_activity",
}
# People say that a space is shared, too; the other types are for rules alone.
ONLY_RULES_WRITE = frozenset(RULE_TYPES.values()) - {"shares_space"}


class RuleSetting(models.Model):
    """A place's own choice for one rule; without a row the rule's defaults hold."""

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="rule_settings")
    rule = models.CharField(max_length=20, choices=Rule)
    enabled = models.BooleanField(default=True)
    cap = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Most connections that this rule gives one node; empty: the rule's own."),
    )

    class Meta:
        ordering = ["rule"]
        constraints = [models.UniqueConstraint(fields=["place", "rule"], name="rule_setting_once")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.rule}"


class DerivationMark(models.Model):
    """Until when the changes of a place have been looked at: what changed later is derived again."""

    place = models.OneToOneField(
        "mapping.Place", on_delete=models.CASCADE, primary_key=True, related_name="derivation_mark"
    )
    data = models.JSONField(default=dict)
    derived_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.place_id}"


class TouchedNode(models.Model):
    """A node whose surroundings changed since its place was last derived. Written by triggers only (migration 0008).

    `node` and `tag` are numbers, not foreign keys: what was deleted has touched others too. `point` is the public
    point as it was before.
    """

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="+")
    node = models.BigIntegerField()
    tag = models.BigIntegerField(null=True, blank=True)
    point = models.PointField(srid=3857, null=True, blank=True, spatial_index=False)

    def __str__(self) -> str:
        return f"{self.place_id} {self.node}"
