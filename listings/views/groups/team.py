"""`/groups/<uuid>/team/`: who is in the team of a group, in what part; inviting, handing over, leaving."""

from __future__ import annotations

import uuid as uuids

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.errors import HereaboutsError
from config.forms import error_list
from listings.access import permissions
from listings.access import teams as access
from listings.commands import invitations, nominations, teams
from listings.groups import mail
from listings.guard import rates
from listings.models import (
    Invitation,
    InvitationKind,
    InvitationState,
    Membership,
    MembershipRole,
    Organisation,
)
from mapping.models import Actor

from .signed_in import in_place, signed_in

SHOWN = 200


class InviteForm(forms.Form):
    """Whom to invite, and into what part."""

    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Write the address of whom you invite."),
            "invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org."),
        },
        # The one who types it is not the one whose address it is.
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What may they do?"),
        choices=[
            (MembershipRole.VIEWER, gettext_lazy("Viewer: see this page and what is for the group only")),
            (MembershipRole.EDITOR, gettext_lazy("Editor: also post, change and take off what the group has")),
            (MembershipRole.OWNER, gettext_lazy("Owner: also decide who is in the team")),
        ],
        initial=MembershipRole.EDITOR,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what they may do.")},
    )


class OwnerForm(forms.Form):
    """To whom a group is handed, or who is asked to look after it."""

    email = InviteForm.base_fields["email"]


def group_of(request: HttpRequest, uuid: uuids.UUID) -> Organisation:
    """The group, for its team and its stewards; for others nothing of this is there."""
    group = get_object_or_404(Organisation.objects.select_related("place", "category"), uuid=uuid)
    if not access.sees_team(request.user, group):
        raise Http404
    return group


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def team(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The team. A POST does what its button says; what cannot be done is said in words, and nothing is."""
    group = group_of(request, uuid)
    if request.method != "POST":
        return _page(request, group)
    try:
        return _do(request, group)
    except HereaboutsError as error:
        return _page(request, group, status=error.status, problem=str(error))


def _page(request: HttpRequest, group: Organisation, *, status: int = 200, problem: str = "", **forms_) -> HttpResponse:
    role = access.role_in(request.user, group)
    is_owner = role == MembershipRole.OWNER
    has_owner = access.has_owner(group.pk)
    bound = next((it for it in forms_.values() if it.is_bound), None)
    errors = [{"field_id": "", "message": problem}] if problem else []
    errors += error_list(bound) if bound is not None else []
    context = in_place(
        group.place,
        group=group,
        role=role,
        is_owner=is_owner,
        # A steward brings somebody in only where nobody else can.
        finds_owner=not has_owner and permissions.decides_for(request.user, group),
        last_owner=is_owner and Membership.objects.filter(organisation=group, role=MembershipRole.OWNER).count() == 1,
        team=Membership.objects.filter(organisation=group).select_related("user").order_by("created_at", "pk")[:SHOWN],
        roles=MembershipRole.choices,
        invitations=Invitation.objects.filter(organisation=group, state=InvitationState.OPEN)[:SHOWN]
        if is_owner or not has_owner
        else [],
        invite=forms_.get("invite") or InviteForm(prefix="invite"),
        hand_over=forms_.get("hand_over") or OwnerForm(prefix="hand"),
        find=forms_.get("find") or OwnerForm(prefix="find"),
        errors=errors,
    )
    return render(request, "listings/groups/team.html", context, status=status)


def _do(request: HttpRequest, group: Organisation) -> HttpResponse:
    actor, user, do = Actor.of(request.user), request.user, request.POST.get("do")
    if do in ("leave", "give-back"):
        return _go(request, group, actor, do)
    if do == "find":
        return _find_owner(request, group, actor)
    if do == "take-off":
        return _take_off(request, group, actor)
    if not access.owns(user, group) and not (
        do in ("withdraw", "resend") and permissions.decides_for(user, group) and not access.has_owner(group.pk)
    ):
        raise teams.TeamError(_("Only an owner of the group can do that."), status=403)
    match do:
        case "invite":
            return _invite(request, group, actor)
        case "hand-over":
            form = OwnerForm(request.POST, prefix="hand")
            if not form.is_valid():
                return _page(request, group, status=422, hand_over=form)
            return _sent(request, group, _invitation(request, group, actor, form, InvitationKind.TRANSFER))
        case "role":
            teams.change_role(actor=actor, organisation=group, user_id=_user_id(request), role=_role(request))
            messages.success(request, _("Their part is changed."))
        case "remove":
            teams.remove(actor=actor, organisation=group, user_id=_user_id(request))
            messages.success(request, _("They are not in the team any more."))
        case "resend":
            invitation = invitations.resend(actor=actor, invitation=_found(request, group))
            return _sent(request, group, invitation)
        case "withdraw":
            invitations.withdraw(actor=actor, invitation=_found(request, group))
            messages.success(request, _("The invitation is withdrawn. Its link lets nobody in any more."))
        case _:
            raise Http404
    return _back(request, group)


def _invite(request: HttpRequest, group: Organisation, actor: Actor) -> HttpResponse:
    form = InviteForm(request.POST, prefix="invite")
    if not form.is_valid():
        return _page(request, group, status=422, invite=form)
    try:
        return _sent(request, group, _invitation(request, group, actor, form, InvitationKind.TEAM))
    except invitations.InvitationError as error:
        form.add_error("email", str(error))
        return _page(request, group, status=error.status, invite=form)


def _find_owner(request: HttpRequest, group: Organisation, actor: Actor) -> HttpResponse:
    if access.has_owner(group.pk) or not permissions.decides_for(request.user, group):
        raise teams.TeamError(_("This group has an owner: ask them."), status=403)
    form = OwnerForm(request.POST, prefix="find")
    if not form.is_valid():
        return _page(request, group, status=422, find=form)
    return _sent(request, group, _invitation(request, group, actor, form, InvitationKind.STEWARD))


def _take_off(request: HttpRequest, group: Organisation, actor: Actor) -> HttpResponse:
    """A steward gives up a group that has not agreed to be on the map."""
    if not permissions.decides_for(request.user, group):
        raise teams.TeamError(_("Only a steward of the place can do that."), status=403)
    nominations.give_up(actor=actor, organisation=group)
    messages.success(request, _("“%(name)s” is off the list. It was not on the map.") % {"name": group.name})
    return redirect("queue")


def _invitation(request: HttpRequest, group: Organisation, actor: Actor, form: forms.Form, kind: str) -> Invitation:
    role = form.cleaned_data.get("role", MembershipRole.OWNER)
    rates.count_letter(request, "invite")
    return invitations.invite(
        actor=actor, user=request.user, organisation=group, email=form.cleaned_data["email"], role=role, kind=kind
    )


def _sent(request: HttpRequest, group: Organisation, invitation: Invitation) -> HttpResponse:
    if mail.invited(invitation, request):
        said = _("A letter is on its way to %(email)s. Its link holds for fourteen days.")
        messages.success(request, said % {"email": invitation.email})
    else:
        messages.warning(request, _("The letter could not be sent just now. Send it again in some minutes."))
    return _back(request, group)


def _go(request: HttpRequest, group: Organisation, actor: Actor, do: str) -> HttpResponse:
    if do == "give-back":
        teams.give_back(actor=actor, organisation=group, user=request.user)
        messages.success(request, _("You gave “%(name)s” back. A steward looks for somebody.") % {"name": group.name})
    else:
        teams.leave(actor=actor, organisation=group, user=request.user)
        messages.success(request, _("You left the team of “%(name)s”.") % {"name": group.name})
    return redirect("post")


def _back(request: HttpRequest, group: Organisation) -> HttpResponse:
    if request.POST.get("from") == "queue" and permissions.has_a_queue(request.user):
        return redirect("queue")
    # Whoever has just taken themselves out of the owners still sees it; a removed one cannot have pressed.
    return redirect("group-team", uuid=group.uuid)


def _user_id(request: HttpRequest) -> int:
    given = request.POST.get("user", "")
    if not given.isdecimal() or len(given) > 18:
        raise Http404
    return int(given)


def _role(request: HttpRequest) -> str:
    given = request.POST.get("role", "")
    if given not in MembershipRole.values:
        raise teams.TeamError(_("Choose one of the parts in the list."), status=422)
    return given


def _found(request: HttpRequest, group: Organisation) -> Invitation:
    try:
        uuid = uuids.UUID(request.POST.get("invitation", ""))
    except ValueError:
        raise Http404 from None
    return get_object_or_404(Invitation, uuid=uuid, organisation=group)
