"""What a group can paste into its own web page to show what it has there: a list, a calendar, a map."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.frames import frame
from cms.models.widget import WidgetView
from config.letters import site_address
from listings.groups.snippets import Snippet
from listings.models import Organisation
from mapping.models import PUBLIC, Node

# In CSS pixels: some entries, some days, a map with its list below. What is longer is scrolled in the frame.
OFFERED = (
    (WidgetView.LIST, gettext_lazy("Your listings as a list, inside your web page"), 600),
    (WidgetView.CALENDAR, gettext_lazy("Your dates as a calendar, inside your web page"), 700),
    (WidgetView.MAP, gettext_lazy("Your listings on a map, inside your web page"), 800),
)


def of_group(organisation: Organisation, request: HttpRequest) -> Iterator[Snippet]:
    """A frame for each way of looking; none for a group that not everybody sees."""
    if organisation.place_id is None or not Node.objects.visible_to(PUBLIC).filter(pk=organisation.pk).exists():
        return
    hint = _(
        "Paste it where it is to stand. It shows what everybody sees here, follows what you change, sets no cookies."
    )
    title = _("What is on with %(name)s") % {"name": organisation.name}
    for view, label, height in OFFERED:
        url = f"{site_address(request)}{reverse('embed-group', args=[organisation.uuid, view.value])}"
        yield Snippet(f"frame-{view.value}", str(label), frame(url, title, height), hint)
