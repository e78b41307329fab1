"""A row of each model that keeps something of a person, for tests/mapping/access/test_personal_data.py.

A model that you add to `mapping.access.personal_data` needs a line in MAKERS: a function that makes one row for `it`
(its account `it.user`, its address `it.email`, a place `it.place`, a live group `it.group`) so that the holding finds
it. Put the address into every field that can hold one.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.gis.geos import Point
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from listings.commands import proposals
from listings.models import (
    Alert,
    Booking,
    BookingDate,
    Claim,
    Duty,
    Feed,
    Flag,
    FlagAppeal,
    FlagCase,
    Invitation,
    Membership,
    MembershipRole,
    MissingReport,
    Nomination,
    PostDraft,
    Proposal,
    Reminder,
    ReminderStop,
    Trust,
    VenueAlias,
    WaitingLetter,
)
from mapping.models import (
    AuditEntry,
    Consent,
    Dismissal,
    ImportRun,
    MatchCandidate,
    NodeKind,
    NodeMerge,
    NodeState,
    PlaceRole,
    SavedView,
)
from tests import factories


@dataclass(frozen=True)
class Somebody:
    """Whose rows are made."""

    user: Any
    email: str
    place: Any
    group: Any


def model(label: str):
    return apps.get_model(label)


def a_session(it: Somebody) -> None:
    session = SessionStore()
    session["_auth_user_id"] = str(it.user.pk)
    session["email"] = it.email
    session.save()


def a_page(it: Somebody):
    page = (
        model("wagtailcore.Page")
        .objects.get(depth=1)
        .add_child(
            instance=model("cms.HomePage")(title=f"Of {it.email}", owner=it.user, locked=True, locked_by=it.user)
        )
    )
    return page.page_ptr if hasattr(page, "page_ptr") else page


def page_of_anybody():
    return model("wagtailcore.Page").objects.order_by("-depth").first()


def of_pages() -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(model("cms.HomePage")), "object_id": "1"}


def a_revision(it: Somebody) -> None:
    a_page(it).specific.save_revision(user=it.user)


def a_comment(it: Somebody) -> Any:
    return model("wagtailcore.Comment").objects.create(
        page=page_of_anybody(), user=it.user, text=f"Ask {it.email}", contentpath="title"
    )


def a_workflow_state(it: Somebody) -> Any:
    workflow = model("wagtailcore.Workflow").objects.create(name="Review")
    task = model("wagtailcore.Task").objects.create(
        name="Look", content_type=ContentType.objects.get_for_model(model("wagtailcore.Task"))
    )
    state = model("wagtailcore.WorkflowState")(
        workflow=workflow,
        requested_by=it.user,
        status="approved",
        base_content_type=of_pages()["content_type"],
        **of_pages(),
    )
    state.save()
    revision = page_of_anybody().specific.save_revision()
    model("wagtailcore.TaskState").objects.create(
        workflow_state=state, revision=revision, task=task, finished_by=it.user, comment=it.email,
        content_type=ContentType.objects.get_for_model(model("wagtailcore.TaskState")),
    )  # fmt: skip
    return state


def a_space(it: Somebody) -> Any:
    spaces = model("listings.Space").objects
    return spaces.filter(organisation=it.group).first() or factories.open_space_of(it.group)


def an_urgent_copy(it: Somebody) -> Any:
    call = model("listings.UrgentCall").objects.create(space=a_space(it))
    return model("listings.UrgentCopy").objects.create(
        call=call, role="contact", name=it.email, email=it.email.lower(), phone=it.email[:40]
    )


def a_person(it: Somebody) -> None:
    """A page about the person themself, shown with their consent, and the contact of a group."""
    person = factories.NodeFactory(
        place=it.place, kind=NodeKind.PERSON, name="Ann of the test", email=it.email.upper(), state=NodeState.DRAFT,
        other_names=["Ann of the test, once"], hire_booking="Ask Ann of the test",
        summary=f"Write to {it.email}.",
    )  # fmt: skip
    consent = Consent.objects.create(node=person, wording="Yes", given_on=datetime.date(2026, 1, 1), token="a-token")
    with factories.decided():
        type(person).objects.filter(pk=person.pk).update(state=NodeState.LIVE)
    assert consent.withdrawn_at is None
    AuditEntry.objects.create(actor="a steward", action="correct facts", target=str(person), target_uuid=person.uuid)
    factories.NodeFactory(place=it.place, name="A hall", email=it.email, summary=f"Ask {it.email}, or the caretaker.")


def a_flag(it: Somebody) -> Flag:
    case = FlagCase.objects.create(target="node", target_uuid=uuid.uuid4(), target_name="Something", place=it.place)
    words = f"I am {it.email}"
    return Flag.objects.create(
        case=case, reason="gone", words=words, email=it.email.lower(), user=it.user, confirmed_at=timezone.now()
    )


def a_report(it: Somebody, title: str, *, is_reporter: bool = True) -> Any:
    """A report of theirs, or one that they follow."""
    category, _ = model("listings.ReportCategory").objects.get_or_create(place=it.place, slug="play", name="Play")
    report = model("listings.Report").objects.create(
        place=it.place, category=category, point=Point(-2.32, 53.42), title=title, words=f"Ask {it.email}."
        if is_reporter else "Broken.", name=it.user.username if is_reporter else "", confirmed_at=timezone.now(),
    )  # fmt: skip
    report.followers.create(email=it.email.lower(), is_reporter=is_reporter, confirmed_at=timezone.now())
    return report


def two_nodes(it: Somebody) -> dict[str, Any]:
    return {"first": factories.NodeFactory(place=it.place), "second": factories.NodeFactory(place=it.place)}


def signing_in(label: str) -> Callable[[Somebody], Any]:
    def make(it: Somebody) -> Any:
        more = {"failures_since_start": 1, "get_data": "", "post_data": f"username={it.email}"}
        return model(label).objects.create(
            username=it.email.upper(), user_agent="a browser", http_accept="", path_info="/django-admin/login/",
            **(more if label.endswith("Attempt") else {}),
        )  # fmt: skip

    return make


def upload(label: str, **more: Any) -> Callable[[Somebody], Any]:
    return lambda it: model(label).objects.create(uploaded_by_user=it.user, **more)


def a_reminder(it: Somebody) -> Any:
    now = timezone.now()
    return Reminder.objects.create(
        node=factories.NodeFactory(place=it.place), user=it.user, email=it.email, since=now,
        due=now + datetime.timedelta(days=1),
    )  # fmt: skip


def a_booking(it: Somebody) -> Any:
    date = BookingDate.objects.create(listing=factories.ListingFactory(place=it.place), starts_at=timezone.now())
    return Booking.objects.create(date=date, email=it.email, name=it.email, words=f"{it.email} is ill")


def a_proposal(it: Somebody) -> None:
    """A suggestion of theirs, with their address in it, and one of somebody else that they decided."""
    hall = factories.NodeFactory(place=it.place)
    typed = {"email": it.email}
    proposals.suggest(node=hall, typed=typed, base={"email": ""}, user=it.user)
    proposals.suggest(node=hall, typed={**typed, "words": "Hello"}, base={"email": ""}, email=it.email)
    other, _new = proposals.suggest(node=hall, typed={"phone": "1"}, base={"phone": ""})
    Proposal.objects.filter(pk=other.pk).update(decided_by=it.user, appeal_decided_by=None)


MAKERS: dict[str, Callable[[Somebody], Any]] = {
    # The person is one already.
    "auth.User": lambda it: it.user,
    "account.EmailAddress": lambda it: model("account.EmailAddress").objects.create(
        user=it.user, email=it.email, verified=True, primary=True
    ),
    "mfa.Authenticator": lambda it: model("mfa.Authenticator").objects.create(
        user=it.user, type="totp", data={"secret": "A" * 32}
    ),
    "sessions.Session": a_session,
    "admin.LogEntry": lambda it: model("admin.LogEntry").objects.create(
        user=it.user, action_flag=2, object_repr=it.email, change_message="x"
    ),
    "axes.AccessLog": signing_in("axes.AccessLog"),
    "axes.AccessFailureLog": signing_in("axes.AccessFailureLog"),
    "axes.AccessAttempt": signing_in("axes.AccessAttempt"),
    "mapping.AuditEntry": lambda it: AuditEntry.objects.create(
        user=it.user, actor=it.user.username, action="make steward", target=it.email, data={"to": [it.email]}
    ),
    "mapping.Node": a_person,
    "mapping.Statement": lambda it: factories.StatementFactory(
        by_user=it.user, by_source=None, key="", note=f"Says {it.email}"
    ),
    "mapping.PlaceRole": lambda it: PlaceRole.objects.create(place=it.place, user=it.user, role="member"),
    "mapping.ImportRun": lambda it: ImportRun.objects.create(
        command="import_nodes", actor=it.user.username, forgotten_by=it.user, options={"by": it.email}
    ),
    "mapping.MatchCandidate": lambda it: MatchCandidate.objects.create(
        **two_nodes(it), score=0.5, reason=f"Both have {it.email}.", decided_by=it.user
    ),
    "mapping.NodeMerge": lambda it: NodeMerge.objects.create(
        merged_by=it.user, journal=[{"model": "mapping.Node", "was": {"email": it.email}}]
    ),
    "mapping.Dismissal": lambda it: Dismissal.objects.create(
        place=it.place, key="a-gap", reason=f"{it.email} knows", by_user=it.user
    ),
    "mapping.SavedView": lambda it: SavedView.objects.create(
        place=it.place, slug="mine", name="Mine", text=f"By {it.email}", created_by=it.user
    ),
    "mapping.Consent": lambda it: Consent.objects.create(
        node=factories.NodeFactory(place=it.place, kind=NodeKind.PERSON, state=NodeState.DRAFT),
        wording="Yes",
        given_on=datetime.date(2026, 1, 1),
        token="another-token",
        recorded_by=it.user,
    ),
    "listings.Proposal": a_proposal,
    "listings.Alert": lambda it: Alert.objects.create(email=it.email, place=it.place, question="q=hall"),
    "listings.Booking": a_booking,
    "listings.MissingReport": lambda it: MissingReport.objects.create(
        place=it.place, looked_for="A pool", alike="a pool", words=f"Write to {it.email}", email=it.email
    ),
    "listings.Reminder": a_reminder,
    "listings.ReminderStop": lambda it: ReminderStop.objects.create(email=it.email),
    "listings.PostDraft": lambda it: PostDraft.objects.create(owner="secret", typed={"email": it.email, "name": "A"}),
    "listings.Trust": lambda it: (
        Trust.objects.create(user=it.user, place=it.place),
        Trust.objects.create(user=factories.UserFactory(), place=it.place, by=it.user),
    ),
    "listings.Listing": lambda it: factories.ListingFactory(
        place=it.place, posted_by=it.user, email=it.email, decision_note=f"{it.email}: say more"
    ),
    "listings.Membership": lambda it: Membership.objects.create(
        organisation=it.group, user=it.user, role=MembershipRole.OWNER
    ),
    "listings.Invitation": lambda it: Invitation.objects.create(
        organisation=it.group, email=it.email, role=MembershipRole.EDITOR, invited_by=it.user
    ),
    "listings.Claim": lambda it: Claim.objects.create(
        node=it.group, user=it.user, way="steward", state="waiting", words=f"Write to {it.email}"
    ),
    "listings.Nomination": lambda it: Nomination.objects.create(
        place=it.place,
        name="Choir",
        email=it.email,
        contact_email=it.email,
        decided_by=it.user,
        state="known",
        decided_at=timezone.now(),
    ),
    "listings.Feed": lambda it: Feed.objects.create(
        organisation=it.group, url="https://example.org/a.ics", added_by=it.user, failure=f"{it.email} is unknown"
    ),
    "listings.VenueAlias": lambda it: VenueAlias.objects.create(place=it.place, text=it.email, taught_by=it.user),
    "listings.WaitingLetter": lambda it: WaitingLetter.objects.create(
        kind="case-decided", about=it.group.uuid, to=it.email.lower(), due_at=timezone.now()
    ),
    "listings.Duty": lambda it: Duty.objects.create(user=it.user, place=it.place),
    "listings.Flag": a_flag,
    "listings.FlagCase": lambda it: FlagCase.objects.create(
        target="node",
        target_uuid=it.group.uuid,
        target_name="The group",
        decision="keep",
        decided_at=timezone.now(),
        decided_by=it.user,
    ),
    "listings.FlagAppeal": lambda it: FlagAppeal.objects.create(
        case=(flag := a_flag(it)).case,
        flag=flag,
        side="reader",
        words=f"Ask {it.email}",
        answer="No.",
        answered_at=timezone.now(),
        answered_by=it.user,
    ),
    "listings.Report": lambda it: a_report(it, f"Tell {it.email} about the swing"),
    "listings.ReportDraft": lambda it: model("listings.ReportDraft").objects.create(
        email=it.email, typed={"title": "The swing", "name": "Ann"}
    ),
    "listings.ReportFollower": lambda it: a_report(it, "The swing", is_reporter=False),
    "listings.ReportUpdate": lambda it: a_report(it, "The lamp").updates.create(
        by="steward", user=it.user, words=f"{it.email} looks at it"
    ),
    "listings.ResponsibleBody": lambda it: model("listings.ResponsibleBody").objects.create(
        place=it.place, name="Works", email=it.email.upper()
    ),
    "wagtailcore.Page": a_page,
    "wagtailcore.Revision": a_revision,
    "wagtailcore.Comment": a_comment,
    "wagtailcore.CommentReply": lambda it: model("wagtailcore.CommentReply").objects.create(
        comment=a_comment(it), user=it.user, text=it.email
    ),
    "wagtailcore.PageSubscription": lambda it: model("wagtailcore.PageSubscription").objects.create(
        user=it.user, page=page_of_anybody(), comment_notifications=True
    ),
    "wagtailcore.APIToken": lambda it: model("wagtailcore.APIToken").objects.create(
        user=it.user, name=it.email, key_hash="0" * 64, prefix="abc"
    ),
    "wagtailcore.ModelLogEntry": lambda it: model("wagtailcore.ModelLogEntry").objects.create(
        user=it.user, label=it.email, action="wagtail.edit", timestamp=timezone.now(), **of_pages()
    ),
    "wagtailcore.PageLogEntry": lambda it: model("wagtailcore.PageLogEntry").objects.create(
        user=it.user,
        label=it.email,
        action="wagtail.edit",
        timestamp=timezone.now(),
        page_id=1,
        content_type=of_pages()["content_type"],
    ),  # fmt: skip
    "wagtailcore.UploadedFile": upload("wagtailcore.UploadedFile", file="a.csv"),
    "wagtaildocs.Document": upload("wagtaildocs.Document", title="Rules", file="rules.pdf"),
    "wagtailimages.Image": upload("wagtailimages.Image", title="Hall", file="hall.png", width=1, height=1),
    "wagtailcore.WorkflowState": a_workflow_state,
    "wagtailcore.TaskState": a_workflow_state,
    "wagtailadmin.EditingSession": lambda it: model("wagtailadmin.EditingSession").objects.create(
        user=it.user, last_seen_at=timezone.now(), **of_pages()
    ),
    "wagtailadmin.FormState": lambda it: model("wagtailadmin.FormState").objects.create(
        user=it.user, data={"title": it.email}, last_updated_at=timezone.now(), **of_pages()
    ),
    "listings.Member": lambda it: factories.member_of(a_space(it), it.user, name=it.email),
    "listings.SpaceContact": lambda it: model("listings.SpaceContact").objects.create(
        space=a_space(it), role="contact", name=it.email, email=it.email.lower(), phone=it.email[:40]
    ),
    "listings.UrgentCall": lambda it: model("listings.UrgentCall").objects.create(
        space=a_space(it), by=it.user, text=f"Ask {it.email}"
    ),
    "listings.UrgentCopy": an_urgent_copy,
    "wagtailusers.UserProfile": lambda it: model("wagtailusers.UserProfile").objects.create(user=it.user),
}
