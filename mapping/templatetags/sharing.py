"""What is shown of a page where its address is shared: title, description and the picture of its place."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mapping.models import Place

register = template.Library()


@register.simple_tag(takes_context=True)
def sharing(
    context: Context, title: str, description: str, url: str, place: Place | None, picture: str | None = None
) -> SafeString:
    """Return the elements of Open Graph and of Twitter cards for the head; `url` is absolute.

    picture : the address of the place's picture or nothing, where it is known already.
    """
    if picture is None:
        picture = picture_of(context["request"], place)
    picture_alt = ""
    if picture and place is not None:
        picture_alt = _("%(place)s on the map: its boundary, and a dot for what is there") % {"place": place.name}
    said = {"title": title, "description": description, "url": url, "site": settings.WAGTAIL_SITE_NAME}
    return render_to_string("components/sharing.html", {**said, "picture": picture, "picture_alt": picture_alt})


def picture_of(request: HttpRequest, place: Place | None) -> str:
    """Return the absolute address of the picture of a place; nothing where it has none."""
    if place is None or not place.is_home or place.boundary is None:
        return ""
    return request.build_absolute_uri(reverse("place-picture", args=[place.slug]))
