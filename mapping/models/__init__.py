"""The records of the kernel. One noun a file; import them from here."""

from .answer import Answer, AnswerState
from .audit import Actor, AuditEntry
from .candidate import CandidateState, MatchCandidate
from .category import Capital, Category, Infrastructure, NodeTag, Rank, Tag
from .connection import (
    SUPPORTING_KINDS,
    Connection,
    ConnectionType,
    Statement,
    StatementKind,
    Tie,
)
from .consent import Consent
from .derivation import ONLY_RULES_WRITE, RULE_TYPES, DerivationMark, Rule, RuleSetting, TouchedNode
from .document import Document
from .freshness import PlaceFreshness
from .hours import OpeningHours, OpeningInterval, OpenState
from .import_run import ImportEntry, ImportRun, ImportSaid, ImportState
from .job import JobFailure
from .merge import UNDO_DAYS, NodeMerge, NodeRedirect
from .node import (
    EDITABLE_STATES,
    UNSHOWN,
    VISIBLE_STATES,
    ConfirmedBy,
    LocationPrecision,
    LocationSource,
    Node,
    NodeKind,
    NodeQuerySet,
    NodeState,
    StepFree,
    Visibility,
)
from .place import Nation, Place, PlaceKind, Units
from .postcode import GazetteerEntry, Postcode, SearchWord
from .revision import Revision, TouchedPlace
from .role import PlaceRole, PlaceRoleKind
from .share import NodeShare
from .snapshot import GraphSnapshot
from .source import Identifier, Source, SourceHealth, SourceRecord
from .street import Street
from .suggestion import Dismissal
from .view import SavedView
from .viewer import PUBLIC, Viewer
from .withdrawal import Withdrawal, WithdrawalKind

__all__ = [
    "PUBLIC",
    "Viewer",
    "Actor",
    "ONLY_RULES_WRITE",
    "RULE_TYPES",
    "EDITABLE_STATES",
    "SUPPORTING_KINDS",
    "UNDO_DAYS",
    "UNSHOWN",
    "VISIBLE_STATES",
    "Answer",
    "AnswerState",
    "AuditEntry",
    "CandidateState",
    "Capital",
    "Category",
    "ConfirmedBy",
    "Connection",
    "ConnectionType",
    "Consent",
    "DerivationMark",
    "Dismissal",
    "Document",
    "GazetteerEntry",
    "GraphSnapshot",
    "Identifier",
    "ImportEntry",
    "ImportRun",
    "ImportSaid",
    "ImportState",
    "Infrastructure",
    "JobFailure",
    "LocationPrecision",
    "LocationSource",
    "MatchCandidate",
    "Nation",
    "Node",
    "NodeKind",
    "NodeMerge",
    "NodeQuerySet",
    "NodeRedirect",
    "NodeShare",
    "NodeState",
    "NodeTag",
    "OpenState",
    "OpeningHours",
    "OpeningInterval",
    "Place",
    "PlaceFreshness",
    "PlaceKind",
    "PlaceRole",
    "PlaceRoleKind",
    "Postcode",
    "Rank",
    "Revision",
    "Rule",
    "RuleSetting",
    "SavedView",
    "SearchWord",
    "Source",
    "SourceHealth",
    "SourceRecord",
    "Statement",
    "StatementKind",
    "StepFree",
    "Street",
    "Tag",
    "Tie",
    "TouchedNode",
    "TouchedPlace",
    "Units",
    "Visibility",
    "Withdrawal",
    "WithdrawalKind",
]
