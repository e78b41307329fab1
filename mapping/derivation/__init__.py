"""Connections that follow from what was said: both meet at one hall, one funder funds both, they are near each other.

    outcome = derivation.derive(place, actor=Actor.command("derive_connections"))

Rules write statements of their own (`by_rule`), which are drawn, counted and exported apart. docs/network.md says how.
"""

from .derive import Outcome, derive
from .rules import RULES, RuleFacts, in_force, register_sharing

__all__ = ["RULES", "Outcome", "RuleFacts", "derive", "in_force", "register_sharing"]
