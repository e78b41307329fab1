"""Organisations, what they post and when it is on, the feeds that they keep, the alerts that people asked for."""

from .alert import Alert, Frequency
from .booking import (
    ALPHABET,
    TAKING,
    Booking,
    BookingDate,
    BookingNotice,
    BookingState,
    BookingTerms,
)
from .claim import (
    DECIDED_CLAIMS,
    MAX_CODES,
    MAX_TRIES,
    OPEN_CLAIMS,
    OWNERS_ANSWER_WITHIN,
    Claim,
    ClaimState,
    ClaimWay,
)
from .draft import PostDraft
from .duty import AtOnce, Digest, Duty, DutyNotice
from .feed import Feed, FeedFormat, FeedItem, VenueAlias
from .flag import (
    STAYING_DECISIONS,
    URGENT_REASONS,
    AppealSide,
    Decision,
    Flag,
    FlagAppeal,
    FlagCase,
    FlagReason,
    FlagTarget,
)
from .hold import Hold
from .invitation import Invitation, InvitationKind, InvitationState
from .listing import Listing, ListingKind
from .listing_link import LinkKind, ListingLink
from .member import Member, MemberState
from .missing import MissingReport
from .nomination import Nomination, NominationState
from .occurrence import Occurrence
from .organisation import EDITING_ROLES, Membership, MembershipRole, Organisation
from .place_rules import PlaceRules
from .proposal import UNDECIDED, Proposal, ProposalKind, ProposalStatus
from .reminder import Reminder, ReminderAct, ReminderAnswer, ReminderStop
from .report import CLOSED_STATUSES, OPEN_STATUSES, Report, ReportStatus, ReportUpdate, Teller
from .report_draft import ReportDraft
from .report_follower import ReportFollower
from .report_photo import ReportPhoto
from .responsible_body import ReportCategory, ReportDelivery, ResponsibleBody
from .saved_reply import SavedReply
from .schedule import Schedule, ScheduleChange
from .space import ContactRole, Joining, Space, SpaceContact
from .trust import Trust, TrustLevel
from .urgent_call import UrgentCall, UrgentCopy
from .used_puzzle import UsedPuzzle
from .waiting_letter import LetterKind, WaitingLetter

__all__ = [
    "Alert",
    "ALPHABET",
    "AppealSide",
    "AtOnce",
    "Booking",
    "BookingDate",
    "BookingNotice",
    "BookingState",
    "BookingTerms",
    "Claim",
    "ClaimState",
    "ClaimWay",
    "CLOSED_STATUSES",
    "ContactRole",
    "DECIDED_CLAIMS",
    "Decision",
    "Digest",
    "Duty",
    "LetterKind",
    "WaitingLetter",
    "DutyNotice",
    "EDITING_ROLES",
    "Feed",
    "FeedFormat",
    "FeedItem",
    "Flag",
    "FlagAppeal",
    "FlagCase",
    "FlagReason",
    "FlagTarget",
    "Frequency",
    "Hold",
    "Invitation",
    "InvitationKind",
    "InvitationState",
    "Joining",
    "LinkKind",
    "Listing",
    "ListingKind",
    "ListingLink",
    "MAX_CODES",
    "MAX_TRIES",
    "Member",
    "Membership",
    "MembershipRole",
    "MemberState",
    "MissingReport",
    "Nomination",
    "NominationState",
    "Occurrence",
    "OPEN_CLAIMS",
    "OPEN_STATUSES",
    "Organisation",
    "OWNERS_ANSWER_WITHIN",
    "PlaceRules",
    "PostDraft",
    "Proposal",
    "ProposalKind",
    "ProposalStatus",
    "Reminder",
    "ReminderAct",
    "ReminderAnswer",
    "ReminderStop",
    "Report",
    "ReportCategory",
    "ReportDelivery",
    "ReportDraft",
    "ReportFollower",
    "ReportPhoto",
    "ReportStatus",
    "ReportUpdate",
    "ResponsibleBody",
    "SavedReply",
    "Schedule",
    "ScheduleChange",
    "Space",
    "SpaceContact",
    "STAYING_DECISIONS",
    "TAKING",
    "Teller",
    "Trust",
    "TrustLevel",
    "UNDECIDED",
    "URGENT_REASONS",
    "UrgentCall",
    "UrgentCopy",
    "UsedPuzzle",
    "VenueAlias",
]
