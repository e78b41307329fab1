"""Tags for the results of a query."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def results_note(context: template.Context) -> SafeString:
    """Return what stands above the results: what was done, asked, or could be tried instead."""
    return render_to_string("mapping/partials/search/results_note.html", context.flatten())


@register.simple_tag(takes_context=True)
def results_on_paper(context: template.Context) -> SafeString:
    """Return what is on paper alone: the map of the results (`sheet`, mapping.maps.paper), and their address."""
    return render_to_string(
        "mapping/partials/search/paper.html", {"sheet": context["sheet"], "address": context["canonical"]}
    )
