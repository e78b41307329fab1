"""Tags for the results of a query."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def results_note(context: template.Context) -> SafeString:
    """Return what stands above the results: what was done, asked, or could be tried instead."""
    return render_to_string("mapping/partials/search/results_note.html", context.flatten())


@register.simple_tag(takes_context=True)
def results_on_paper(context: template.Context) -> SafeString:
    """Return what is on paper alone: the map of the results (`sheet`, mapping.maps.paper), and their address."""
    sheet = context["sheet"]
    drawn = {"leads": "", "numbers": ""}
    if sheet is not None:
        # Not in the template: there are a hundred numbers, and nothing of them is anybody's words.
        leads = (
            f'<path class="paper__lead" d="M{it.at_x} {it.at_y}L{it.x} {it.y}"/>' for it in sheet.marks if it.is_moved
        )
        numbers = (
            f'<circle cx="{it.x}" cy="{it.y}" r="8.5"/><text x="{it.x}" y="{it.y}">{it.number}</text>'
            for it in sheet.marks
        )
        drawn = {"leads": mark_safe("".join(leads)), "numbers": mark_safe("".join(numbers))}
    return render_to_string(
        "mapping/partials/search/paper.html", {"sheet": sheet, "address": context["canonical"], **drawn}
    )
