"""`/node/<uuid>/connect/`: say how something is connected. `/connections/suggest/`: names as one types."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.forms import error_list
from mapping.access.permissions import Contributor, contributor_of
from mapping.access.viewers import viewer_for
from mapping.commands import statements
from mapping.commands.connections import ConnectionRefused
from mapping.connections import evidence
from mapping.models import Connection, Node, Place, Statement, Viewer
from mapping.search import names, tidy

from .statement_forms import MYSELF, STRENGTHS, AnswerForm, ConnectForm, near_duplicates

# Kept in the session while somebody signs in.
TYPED, MAX_TYPED = "typed_before_signing_in", 1000


def page_context(node: Node, **more) -> dict:
    """What every page about a node's connections needs of its place."""
    place = node.place
    place_url = place.get_absolute_url() if place is not None and place.is_home else ""
    return {"node": node, "place": place, "place_url": place_url, "search_url": f"{place_url}map/", **more}


def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to signing in, and back. What was sent by somebody whose session had ended is there again then."""
    if request.method == "POST":
        # One at a time, of the fields of our forms only: whoever sends it is nobody we know.
        names = {*ConnectForm.base_fields, *AnswerForm.base_fields}
        typed = {name: request.POST[name][:MAX_TYPED] for name in sorted(names) if request.POST.get(name)}
        if typed:
            request.session[TYPED] = {"path": request.path, "typed": typed}
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The form, then what it will say, then it is said. Nothing typed is lost on the way."""
    viewer = viewer_for(request)
    nodes = Node.objects.visible_to(viewer).select_related("place", "category")
    node = nodes.filter(uuid=uuid).first()
    if node is None:
        raise Http404
    contributor = contributor_of(request)
    if contributor is None:
        return sign_in(request)
    if not contributor.may_begin(node):
        return render(request, "mapping/connections/may_not_connect.html", page_context(node), status=403)
    if request.method != "POST":
        initial = {**_asked(request, viewer), **typed_before(request)}
        return _page(request, ConnectForm(initial=initial, node=node, contributor=contributor))
    if "change" in request.POST:
        return _page(request, ConnectForm(initial=request.POST.dict(), node=node, contributor=contributor))
    form = ConnectForm(request.POST, node=node, contributor=contributor)
    if not form.is_valid():
        return _page(request, form, 422)
    if "say" not in request.POST:
        return _preview(request, form, contributor)
    try:
        statement, changed = statements.say(contributor=contributor, claim=form.claim())
    except ConnectionRefused as error:
        form.add_error(None, str(error))
        return _page(request, form, error.status)
    if changed:
        messages.success(request, _("Thank you. It is kept, with the day and who said it."))
    else:
        messages.info(request, _("That was said already, just like this. Nothing has changed."))
    return redirect(_seen(statement, viewer) or node.get_absolute_url())


def _seen(statement: Statement, viewer: Viewer) -> str:
    """The page of its connection, unless that does not show (yet): somebody only disputed it."""
    connection = Connection.objects.visible_to(viewer).filter(pk=statement.connection_id).first()
    return connection.get_absolute_url() if connection else ""


def _asked(request: HttpRequest, viewer: Viewer) -> dict[str, str]:
    """`?other=<uuid>` names the other end, `?verb=` the type: for links that lead here."""
    initial = {"verb": request.GET.get("verb", ""), "on_behalf_of": MYSELF}
    try:
        other = uuids.UUID(request.GET.get("other", ""))
    except ValueError:
        return initial
    found = Node.objects.visible_to(viewer).filter(uuid=other).first()
    return {**initial, "other": str(found.uuid), "other_name": found.name} if found else initial


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What was typed into this form before one had to sign in; once."""
    kept = request.session.get(TYPED)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[TYPED]
    return kept["typed"]


def _page(request: HttpRequest, form: ConnectForm, status: int = 200) -> HttpResponse:
    place = form.node.place
    context = page_context(
        form.node,
        form=form,
        errors=error_list(form) if form.is_bound else [],
        suggest=f"{reverse('connection-suggest')}?{urlencode({'place': place.slug})}" if place else "",
    )
    return render(request, "mapping/connections/connect.html", context, status=status)


def _preview(request: HttpRequest, form: ConnectForm, contributor: Contributor) -> HttpResponse:
    """The sentence, and what is here already that it may repeat."""
    claim = form.claim()
    found = near_duplicates(claim, contributor)
    same = next((it for it in found if it.type_id == claim.type_id and _one_way(it, claim)), None)
    context = page_context(
        form.node,
        form=form,
        sentence=form.sentence(),
        strength=STRENGTHS[claim.strength],
        speaker=form.speaker,
        claim=claim,
        held=evidence.held(claim.held_from, claim.held_to),
        visible_to=dict(form.fields["visibility"].choices).get(claim.visibility),
        same=same,
        said_by=_parties(same, contributor) if same else [],
        own=statements.mine(contributor, same, form.speaker) if same else None,
        others=[it for it in found if it is not same],
        same_name=[(it, names.distinct_label(it)) for it in form.same_name()],
        typed=_typed(form),
        place_of_other=form.found.place if form.found.place_id != form.node.place_id else None,
    )
    return render(request, "mapping/connections/connect_check.html", context)


def _one_way(it: Connection, claim) -> bool:
    return not it.type.directed or it.source_id == claim.source.pk


def _parties(connection: Connection, contributor: Contributor) -> list[str]:
    """Who says it already, in words, each once; four at most."""
    said = Statement.objects.visible_to(contributor.viewer).filter(connection=connection)
    said = list(said.select_related(*evidence.DESCRIBED_WITH).ranked()[:50])
    named = evidence.authors(said, contributor.viewer)
    return list(dict.fromkeys(evidence.who(it, named) for it in said))[:4]


def _typed(form: ConnectForm) -> list[tuple[str, str]]:
    """What was typed, to be sent again: the other end by now as the one that was meant."""
    typed = {name: form.data.get(name, "") for name in form.fields}
    typed |= {"other": str(form.found.uuid), "other_name": form.found.name, "chosen": ""}
    return [(name, value) for name, value in typed.items() if value]


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """At most eight names of a place that the reader may see, as `<option>` elements."""
    viewer = viewer_for(request)
    place = Place.objects.current().homes().filter(slug=tidy(request.GET.get("place", ""))).first()
    found = []
    if place is not None:
        found = names.like(Node.objects.visible_to(viewer).current().of_place(place), tidy(request.GET.get("q", "")))
    response = render(request, "mapping/partials/search/suggestions.html", {"found": found})
    patch_cache_control(response, max_age=60, **({"public": True} if viewer.user_id is None else {"private": True}))
    patch_vary_headers(response, ["Cookie"])
    return response
