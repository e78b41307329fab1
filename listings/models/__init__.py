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
from .listing import Listing, ListingKind
from .listing_link import LinkKind, ListingLink
from .member import Member, MemberState
from .missing import MissingReport
from .occurrence import Occurrence
from .organisation import EDITING_ROLES, Membership, MembershipRole, Organisation
from .place_rules import PlaceRules
from .proposal import UNDECIDED, Proposal, ProposalKind, ProposalStatus
from .reminder import Reminder, ReminderAct, ReminderAnswer, ReminderStop
from .report import CLOSED_STATUSES, OPEN_STATUSES, Report, ReportStatus, ReportUpdate, Teller
from .report_follower import ReportFollower
from .report_photo import ReportPhoto
from .responsible_body import ReportCategory, ReportDelivery, ResponsibleBody
from .saved_reply import SavedReply
from .schedule import Schedule, ScheduleChange
from .space import ContactRole, Joining, Space, SpaceContact
from .trust import Trust, TrustLevel
from .urgent_call import UrgentCall, UrgentCopy
from .used_puzzle import UsedPuzzle

__all__ = [
    "ContactRole",
    "Joining",
    "Member",
    "MemberState",
    "Space",
    "SpaceContact",
    "UrgentCall",
    "UrgentCopy",
    "ALPHABET",
    "EDITING_ROLES",
    "STAYING_DECISIONS",
    "TAKING",
    "URGENT_REASONS",
    "CLOSED_STATUSES",
    "EDITING_ROLES",
    "OPEN_STATUSES",
    "UNDECIDED",
    "Alert",
    "AppealSide",
    "AtOnce",
    "Decision",
    "Booking",
    "BookingDate",
    "BookingNotice",
    "BookingState",
    "BookingTerms",
    "Digest",
    "Duty",
    "DutyNotice",
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
    "LinkKind",
    "Listing",
    "ListingKind",
    "ListingLink",
    "Membership",
    "MembershipRole",
    "MissingReport",
    "Occurrence",
    "Organisation",
    "PlaceRules",
    "PostDraft",
    "SavedReply",
    "Reminder",
    "ReminderAct",
    "ReminderAnswer",
    "ReminderStop",
    "Report",
    "ReportCategory",
    "ReportDelivery",
    "ReportFollower",
    "ReportPhoto",
    "ReportStatus",
    "ReportUpdate",
    "ResponsibleBody",
    "Proposal",
    "ProposalKind",
    "ProposalStatus",
    "Schedule",
    "ScheduleChange",
    "Trust",
    "TrustLevel",
    "UsedPuzzle",
    "Teller",
    "VenueAlias",
]
