"""The pages of a place: what is here, map and list, the network underneath."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import URLPattern
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms import routes
from mapping.models import Place


class PlacePage(RoutablePageMixin, Page):
    """A place's page; its slug is the place's. The views themselves live in the kernel."""

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="page")
    introduction = RichTextField(blank=True, features=["bold", "italic", "link"])

    content_panels = [*Page.content_panels, FieldPanel("place"), FieldPanel("introduction")]
    parent_page_types = ["cms.HomePage"]
    template = "cms/place_page.html"

    class Meta:
        verbose_name = "place"

    @property
    def tours(self) -> list[Page]:
        """The published tours of the network here, in the order of the tree."""
        tours = ContentType.objects.get_by_natural_key("cms", "tourpage")
        return list(self.get_children().filter(content_type=tours).live().public().specific()[:20])

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        return routes.PATTERNS
