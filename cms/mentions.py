"""Pages that name a person: tours and their steps, and what the page of a place says of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from mapping.access.mentions import MAX_OF_A_KIND, Mention, excerpt
from mapping.models import Node

from .models import PlacePage, TourPage


def in_pages(person: Node) -> Iterable[Mention]:
    """Drafts of pages count too: they may be published."""
    name = person.name
    for page in PlacePage.objects.filter(place=person.place_id):
        if name.lower() in page.introduction.lower():
            yield _mention(_("The page of the place"), page, page.introduction, name)
        named = Q(title__icontains=name) | Q(introduction__icontains=name)
        in_step = Q(steps__title__icontains=name) | Q(steps__text__icontains=name)
        tours = TourPage.objects.child_of(page).filter(named | in_step).distinct()
        for tour in tours.prefetch_related("steps")[:MAX_OF_A_KIND]:
            texts = [tour.title, tour.introduction, *(f"{it.title}. {it.text}" for it in tour.steps.all())]
            text = next((it for it in texts if name.lower() in it.lower()), tour.title)
            yield _mention(_("The tour “%(name)s”") % {"name": tour.title}, tour, text, name)


def _mention(what: str, page, text: str, name: str) -> Mention:
    return Mention(what, reverse("wagtailadmin_pages:edit", args=[page.pk]), excerpt(strip_tags(text), name))
