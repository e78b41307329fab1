"""The rules: what each joins, how its connections read, why, and how many it may give one node.

Six rules join what shares a thing (a venue, an organiser, a funder, a tag, a purpose, an activity); `near` joins what
is close on the ground. All read what everybody may see and nothing else. People take no part, neither as what is joined
nor as what is shared: who consented to be shown has not consented to be inferred from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mapping.models import RULE_TYPES, Rule, RuleSetting

# A tag says something about two nodes only when few have it.
RARE = 12


@dataclass(frozen=True)
class RuleFacts:
    """One rule. `rationale` is the sentence that says why; `{thing}` is what is shared.

    type, forward, reverse : the connection type that it writes, the same both ways; cap : most connections that it
    gives one node, unless the place says otherwise; strength : the most that a statement of it may have.
    """

    rule: Rule
    type: str
    reading: str
    meaning: str
    rationale: str | Promise
    cap: int
    strength: int = 3


RULES: Mapping[str, RuleFacts] = {
    it.rule.value: it
    for it in (
        RuleFacts(
            Rule.SAME_VENUE,
            RULE_TYPES[Rule.SAME_VENUE],
            "shares a space with",
            "Both use the same building or ground.",
            _("Both use {thing}."),
            cap=6,
        ),
        RuleFacts(
            Rule.SAME_ORGANISER,
            RULE_TYPES[Rule.SAME_ORGANISER],
            "has the same organiser as",
            "The same group runs both.",
            _("Both are run by {thing}."),
            cap=5,
        ),
        RuleFacts(
            Rule.SAME_FUNDER,
            RULE_TYPES[Rule.SAME_FUNDER],
            "has the same funder as",
            "The same funder has given to both.",
            _("Both have been funded by {thing}."),
            cap=3,
            strength=2,
        ),
        RuleFacts(
            Rule.SHARED_TAG,
            RULE_TYPES[Rule.SHARED_TAG],
            "has something rare in common with",
            "Both have a tag that few have.",
            _("Both have the tag “{thing}”, which few have."),
            cap=3,
            strength=2,
        ),
        RuleFacts(
            Rule.SHARED_PURPOSE,
            RULE_TYPES[Rule.SHARED_PURPOSE],
            "works for the same purpose as",
            "Both work for the same shared purpose.",
            _("Both work for “{thing}”."),
            cap=4,
        ),
        RuleFacts(
            Rule.NEAR,
            RULE_TYPES[Rule.NEAR],
            "is near",
            "They are closer to each other than most are around there.",
            # Two sentences: `{metres}` apart, or at one point.
            _("About {metres} metres apart."),
            cap=3,
            strength=1,
        ),
        RuleFacts(
            Rule.SAME_ACTIVITY,
            RULE_TYPES[Rule.SAME_ACTIVITY],
            "takes part in the same activity as",
            "Both take part in the same activity or project.",
            _("Both take part in {thing}."),
            cap=6,
        ),
    )
}
AT_ONE_POINT = _("At the same address or postcode.")
AND = _(" and ")

# Who may be joined, and by which statements, as SQL. Each branch gives rule, place_id, node, thing and tag.
# What is over takes no part either.
_PUBLIC = (
    "{it}.state = 'live' AND {it}.visibility = 'public' AND {it}.kind <> 'person'"
    " AND ({it}.over_at IS NULL OR {it}.over_at > now())"
)
_STATED = """
    JOIN mapping_connectiontype ct ON ct.id = c.type_id
    -- Whether everybody may see it, and whether it still holds.
    CROSS JOIN LATERAL (
        SELECT count(*) AS said, coalesce(bool_or(s.held_to IS NULL OR s.held_to >= current_date), false) AS holds
        FROM mapping_statement s
        WHERE s.connection_id = c.id AND s.withdrawn_at IS NULL AND s.visibility = 'public' AND s.by_rule = ''
          AND s.kind IN ('agrees', 'corrects')
    ) AS known
    WHERE {member} AND {thing} AND known.said > 0 AND (known.holds OR r.rule = 'same-funder')
      AND NOT EXISTS (SELECT 1 FROM mapping_connectiontype_hidden_in h
                      WHERE h.connectiontype_id = c.type_id AND h.place_id IN (m.place_id, t.place_id))
""".format(member=_PUBLIC.format(it="m"), thing=_PUBLIC.format(it="t"))
_DOERS = "('organisation', 'activity', 'project')"
_SHARING = [
    f"""
    SELECT r.rule, m.place_id, m.id AS node, t.id AS thing, NULL::bigint AS tag
    FROM mapping_connection c
    JOIN mapping_node m ON m.id = c.source_id JOIN mapping_node t ON t.id = c.target_id
    CROSS JOIN (VALUES ('same-venue'), ('shared-purpose'), ('same-activity')) AS r (rule)
    {_STATED}
      AND CASE r.rule
          WHEN 'same-venue' THEN ct.slug IN ('meets_at', 'leases') AND m.kind IN {_DOERS}
          WHEN 'shared-purpose' THEN t.kind = 'purpose' AND m.kind <> 'purpose'
          ELSE t.kind IN ('activity', 'project') AND ct.slug <> 'funds' AND m.kind IN {_DOERS} END
    """,
    f"""
    SELECT r.rule, m.place_id, m.id, t.id, NULL::bigint
    FROM mapping_connection c
    JOIN mapping_node m ON m.id = c.target_id JOIN mapping_node t ON t.id = c.source_id
    CROSS JOIN (VALUES ('same-venue'), ('same-organiser'), ('same-funder'), ('same-activity')) AS r (rule)
    {_STATED}
      AND CASE r.rule
          WHEN 'same-venue' THEN ct.slug = 'hosts' AND m.kind IN {_DOERS}
          WHEN 'same-organiser' THEN ct.slug = 'runs' AND m.kind <> 'purpose'
          WHEN 'same-funder' THEN ct.slug = 'funds' AND m.kind <> 'purpose'
          ELSE t.kind IN ('activity', 'project') AND ct.slug <> 'funds' AND m.kind IN {_DOERS} END
    """,
    f"""
    SELECT 'shared-tag', m.place_id, m.id, NULL::bigint, nt.tag_id
    FROM mapping_nodetag nt JOIN mapping_node m ON m.id = nt.content_object_id
    WHERE {_PUBLIC.format(it="m")} AND m.kind <> 'purpose'
    """,
]


def register_sharing(sql: str) -> None:
    """Add what apps above this one know: SQL that gives rule, place_id, node, thing and tag (or NULL) as above."""
    if sql not in _SHARING:
        _SHARING.append(sql)


def sharing() -> str:
    """Return SQL of everything that may be shared: rule, place_id, node, thing (a node) and tag."""
    return "(" + " UNION ALL ".join(_SHARING) + ") AS sharing (rule, place_id, node, thing, tag)"


def in_force(place) -> dict[str, int]:
    """The rules that a place uses, each with the most connections that it gives one node."""
    chosen = {it.rule: it for it in RuleSetting.objects.filter(place=place)}
    return {
        rule: (chosen[rule].cap if rule in chosen and chosen[rule].cap else facts.cap)
        for rule, facts in RULES.items()
        if rule not in chosen or chosen[rule].enabled
    }
