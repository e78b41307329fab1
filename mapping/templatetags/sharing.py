"""What is shown of a page where its address is shared: title, description and the picture of its place."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mapping.models import Place

register = template.Library()


@register.simple_tag(takes_context=True)
def sharing(context: Context, title: str, description: str, url: str, place: Place | None) -> SafeString:
    """Return the elements of Open Graph and of Twitter cards for the head; `url` is absolute."""
    picture = picture_alt = ""
    if place is not None and place.is_home and place.boundary is not None:
        picture = context["request"].build_absolute_uri(reverse("place-picture", args=[place.slug]))
        picture_alt = _("%(place)s on the map: its boundary, and a dot for what is there") % {"place": place.name}
    said = {"title": title, "description": description, "url": url, "site": settings.WAGTAIL_SITE_NAME}
    return render_to_string("components/sharing.html", {**said, "picture": picture, "picture_alt": picture_alt})
