"""`/admin/rules/`: which rules derive connections in a place, and how many each may give one node."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mapping.commands import rules
from mapping.derivation import RULES
from mapping.derivation.derive import counts
from mapping.models import Actor, RuleSetting

from .looked_after import places_looked_after

# One table of rules for each; somebody who looks after more works place by place.
MAX_PLACES = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The rules of the places that this steward looks after, with what each gives at the moment."""
    places = list(places_looked_after(request).order_by("name")[:MAX_PLACES])
    chosen = {(it.place_id, it.rule): it for it in RuleSetting.objects.filter(place__in=places)}
    tables = []
    for place in places:
        given = counts(place)
        rows = []
        for rule, facts in RULES.items():
            setting = chosen.get((place.pk, rule))
            rows.append(
                {
                    "rule": rule,
                    "name": facts.rule.label,
                    "meaning": facts.meaning,
                    "enabled": setting is None or setting.enabled,
                    "cap": setting.cap if setting and setting.cap else "",
                    "usual": facts.cap,
                    "given": given[rule],
                }
            )
        tables.append({"place": place, "rows": rows})
    context = {"tables": tables, "most": rules.MAX_CAP, "page_title": _("Rules"), "header_title": _("Rules")}
    return render(request, "cms/admin/rules.html", context)


@require_POST
def choose(request: HttpRequest, slug: str, rule: str) -> HttpResponse:
    """Switch one rule of a place on or off, and cap it."""
    place = places_looked_after(request).filter(slug=slug).first()
    if place is None or rule not in RULES:
        raise Http404
    cap = request.POST.get("cap", "").strip()
    if cap and not (cap.isascii() and cap.isdigit() and len(cap) < 4):
        messages.error(request, _("“%(cap)s” is not a number. Give a whole number, or nothing.") % {"cap": cap[:20]})
        return redirect("rules")
    try:
        changed = rules.choose(
            actor=Actor.of(request.user),
            place=place,
            rule=rule,
            enabled="enabled" in request.POST,
            cap=int(cap) if cap else None,
        )
    except rules.SettingRefused as error:
        messages.error(request, str(error))
        return redirect("rules")
    if changed:
        messages.success(request, _("Kept. The connections follow within a minute."))
    return redirect("rules")
