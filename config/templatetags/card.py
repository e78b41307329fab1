"""The card of a listing: a list has twenty of them, and a template for each would take most of its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .design import escaped, icon, icon_ref, record_lang

register = template.Library()


@register.simple_tag(takes_context=True)
def card(context: Context, it: Mapping[str, Any] | None = None, level: int = 3) -> SafeString:
    """Return one listing as an entry of a printed guide; at most five facts.

    it : url, uuid, name, kind (slug of its top category), kind_name, icon, summary, when, distance, cost, step_free,
    confirmed, fading (true or false), lat, lon, address (on paper alone), written (a dict that is kept as long as it:
    what was made of it before); where nothing is given, all of it stands in the context.
    level : of the heading.
    """
    of = (context if it is None else it).get
    written = {} if it is None else it.get("written", {})
    way = level, getattr(context, "request", None) is None
    if way not in written:
        written[way] = _around_facts(context, of, level)
    before, after = written[way]
    # Its page carries it.
    icon_ref(context, of("icon"))
    return mark_safe(f"{before}{_facts(context, of)}{after}")


def _around_facts(context: Context, of: Any, level: int) -> tuple[str, str]:
    """What stands before the facts and after them: the same at any time."""
    written_in, kind = record_lang(), of("kind") or "other"
    uuid, lat, lon = of("uuid"), of("lat"), of("lon")
    name, url, summary = escaped(of("name") or ""), escaped(of("url") or ""), of("summary")
    name = f"<span{written_in}>{name}</span>" if written_in else name
    said = f'<p class="card__summary"{written_in}>{escaped(summary)}</p>' if summary else ""
    address = of("address")
    on_paper = f'    <p class="on-paper">{escaped(address)}</p>\n' if address else ""
    parts = ['\n<article class="card"']
    if uuid:
        parts.append(f' id="card-{escaped(uuid)}" data-node="{escaped(uuid)}"')
    if lat is not None and lon is not None:
        parts.append(f'\n  data-lat="{escaped(str(lat))}" data-lon="{escaped(str(lon))}"')
    parts.append(
        f' data-kind="{escaped(kind)}">\n'
        f"  {icon(context, of('icon'), kind)}\n"
        '  <div class="card__body">\n'
        f'    <h{level} class="card__name"><a href="{url}">{name}</a></h{level}>\n'
        f'    <p class="card__kind">{escaped(of("kind_name") or "")}</p>\n'
        f"    {said}\n"
        "    "
    )
    return "".join(parts), f"\n{on_paper}  </div>\n</article>\n"


def _facts(context: Context, of: Any) -> str:
    when, distance, cost, step_free, confirmed = map(of, ("when", "distance", "cost", "step_free", "confirmed"))
    if not (when or distance or cost or step_free or confirmed):
        return ""
    fading = " card__confirmed--fading" if of("fading") else ""
    lines = (
        f'<li class="card__when">{escaped(when)}</li>' if when else "",
        f"<li>{escaped(distance)}</li>" if distance else "",
        f"<li>{escaped(cost)}</li>" if cost else "",
        f"<li>{icon(context, 'wheelchair')}{_('Step-free')}</li>" if step_free else "",
        f'<li class="card__confirmed{fading}">{escaped(confirmed)}</li>' if confirmed else "",
    )
    return '\n    <ul class="card__facts">\n' + "".join(f"      {line}\n" for line in lines) + "    </ul>\n    "
