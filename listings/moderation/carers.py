"""Who looks after a record, to be written to.

Its poster and who edits its group; of a connection who stated it; of a report whoever reported it.
"""

from __future__ import annotations

from django.conf import settings

from listings.commands.flag_targets import Target
from listings.models import EDITING_ROLES, FlagTarget, Listing, Membership, ReportFollower
from mapping.models import Statement

# As many as a group may have that want to know; more would be a mailing.
MAX_CARERS = 20


def addresses(target: Target) -> dict[str, str]:
    """Return the e-mail addresses, each with the language to write in; none where nobody looks after it.

    Accounts keep no language, so theirs is the site's. Two queries at most.
    """
    record = target.record
    if target.kind == FlagTarget.CONNECTION:
        # Also what was set aside a moment ago.
        said = Statement.objects.filter(connection=record, by_user__isnull=False)
        found = said.order_by("-created_at").values_list("by_user__email", flat=True)[: MAX_CARERS * 2]
        return _each_once(found)
    if target.kind == FlagTarget.REPORT:
        reporter = ReportFollower.objects.filter(report=record, is_reporter=True, confirmed_at__isnull=False)
        # As they reported it.
        return {
            email.lower(): language or settings.LANGUAGE_CODE
            for email, language in reporter.values_list("email", "language")[:MAX_CARERS]
        }
    listing = Listing.objects.filter(pk=record.pk).select_related("posted_by").first()
    group = listing.organiser_id if listing is not None else record.pk
    members = Membership.objects.filter(organisation=group, role__in=EDITING_ROLES).order_by("-role", "pk")
    found = [listing.posted_by.email] if listing is not None and listing.posted_by else []
    return _each_once([*found, *members.values_list("user__email", flat=True)[:MAX_CARERS]])


def _each_once(found) -> dict[str, str]:
    once = list(dict.fromkeys(it.lower() for it in found if it))[:MAX_CARERS]
    return dict.fromkeys(once, settings.LANGUAGE_CODE)
