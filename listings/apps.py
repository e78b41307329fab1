from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        from django.db.models import Q
        from django.db.models.signals import post_delete, post_save

        from config.accounts import ways
        from mapping import derivation, signals
        from mapping.access import permissions as access_permissions
        from mapping.access import viewers
        from mapping.access.account_audit import watch
        from mapping.models import NodeKind
        from mapping.nodes import merging, occasions, providers, registry, run_by

        from . import signal_handlers
        from .access import belonging, permissions
        from .alerts import question
        from .commands import merged_bookings, merged_claims
        from .commands.personal import register_holdings
        from .freshness import open_data, stale
        from .freshness import personal as freshness_personal
        from .groups import actions as group_actions
        from .groups import decision_letters as group_letters
        from .groups import personal as groups_personal
        from .groups import waiting as groups_waiting
        from .members import wiring
        from .models import OPEN_CLAIMS, InvitationState, Membership, MembershipRole, Organisation
        from .moderation import decision_letters, flag_personal, items
        from .moderation import flags as flags_waiting
        from .moderation import personal as moderation_personal
        from .moderation import sources as moderation_sources
        from .moderation.items import Source
        from .moderation.items import register as register_source
        from .nodes import actions, facts, linked_data, organisers, sharing, upcoming
        from .nodes.occasions import DATES
        from .posting import personal as posting_personal
        from .posting import yours
        from .reports import actions as report_actions
        from .reports import personal as report_holdings
        from .reports import queue as report_queue
        from .taking_part import missing, node_page
        from .taking_part import personal as taking_part_personal

        register_holdings()
        registry.register(NodeKind.ORGANISATION, Organisation)
        viewers.register_groups(belonging.groups_of)
        access_permissions.register_editors(Membership.edited_by)
        posting_personal.register()
        ways.register(yours.parts)
        wiring.wire()
        moderation_personal.register()
        moderation_sources.register()
        groups_personal.register()
        decision_letters.wire()
        group_letters.wire()
        items.register(items.Source("claims", _("Claims"), groups_waiting.claims))
        items.register(items.Source("nominations", _("Groups that residents named"), groups_waiting.nominations))
        items.register(items.Source("unanswered", _("Groups that have not answered"), groups_waiting.unanswered))
        items.register(items.Source("orphans", _("Groups without an owner"), groups_waiting.orphans))
        post_save.connect(signal_handlers.keep_owner_noted, Membership, dispatch_uid="listings.keep_owner_noted")
        post_delete.connect(signal_handlers.look_for_an_owner, Membership, dispatch_uid="listings.look_for_an_owner")
        watch(Membership, lambda it: f"user {it.user_id} in node {it.organisation_id}: {it.role}")
        access_permissions.register_caretakers(permissions.looks_after)
        signals.unpublished.connect(signal_handlers.tell_poster, dispatch_uid="listings.tell_poster")
        signals.put_back.connect(signal_handlers.bring_dates_up_to_date, dispatch_uid="listings.dates")
        providers.register_question_links(question.links)
        providers.register(facts.sections)
        providers.register_cards(facts.cards)
        providers.register_upcoming(upcoming.upcoming)
        providers.register_actions(actions.actions)
        providers.register_actions(actions.flag)
        register_source(Source("flags", _("Flags"), flags_waiting.waiting))
        flag_personal.register()
        providers.register_actions(group_actions.actions)
        providers.register_linked_data(linked_data.event)
        providers.register_actions(report_actions.actions)
        items.register(items.Source("reports", _("Reports"), report_queue.waiting))
        report_holdings.register_holdings()
        occasions.register(DATES)
        run_by.register(organisers.run_by)
        merging.register(merging.Relation("listings.Listing", "venue"))
        merging.register(merging.Relation("listings.Listing", "organiser"))
        weakest_first = (MembershipRole.VIEWER, MembershipRole.EDITOR, MembershipRole.OWNER)
        merging.register(
            merging.Relation("listings.Membership", "organisation", once=("user_id",), best="role", order=weakest_first)
        )
        merging.register(merging.Relation("listings.ScheduleChange", "venue"))
        merging.register(merging.Relation("listings.Occurrence", "venue"))
        merging.register(merging.Relation("listings.VenueAlias", "venue"))
        merging.register(merging.Relation("listings.VenueAlias", "organisation", once=("place_id", "text")))
        merging.register(merging.Relation("listings.Feed", "organisation", once=("url",)))
        merging.register(merging.Relation("listings.Report", "node"))
        merging.register(merging.Relation("listings.Nomination", "node"))
        # Of one person's two open claims, and of two invitations of one address, the one that came first stays.
        once = {"once": ("user_id",), "among": Q(state__in=OPEN_CLAIMS)}
        merging.register(merging.Relation("listings.Claim", "node", **once))
        once = {"once": ("email",), "among": Q(state=InvitationState.OPEN)}
        merging.register(merging.Relation("listings.Invitation", "organisation", **once))
        merging.register_step(merged_claims.ask_owners)
        # The dates of a listing are worked out from its own rule, or come from its own feed.
        merging.stays("listings.Occurrence", "listing")
        merging.stays("listings.Schedule", "listing")
        merging.stays("listings.FeedItem", "listing")
        # A letter asked about what was; the record that is kept has questions of its own.
        merging.stays("listings.Reminder", "node")
        freshness_personal.register_holdings()
        items.register(items.Source("stale", gettext_lazy("Not confirmed for long"), stale.waiting))
        items.register(items.Source("open-data", gettext_lazy("Open data, long unconfirmed"), open_data.waiting))
        items.register_bulk(items.Bulk(stale.BULK, gettext_lazy("They are still true"), stale.confirm_row))
        # What was booked goes with the listing, in a step of its own.
        for model in ("BookingTerms", "BookingDate", "ListingLink"):
            merging.stays(f"listings.{model}", "listing")
        merging.register_step(merged_bookings.move)
        merging.register_taken_back(merged_bookings.taken_back)
        taking_part_personal.register_holdings()
        providers.register(node_page.sections)
        providers.register_actions(node_page.actions)
        items.register(items.Source("missing", gettext_lazy("Looked for and not found"), missing.waiting))
        # What was proposed for a record is said of that record.
        merging.stays("listings.Proposal", "node")
        for sql in sharing.SHARING:
            derivation.register_sharing(sql)
