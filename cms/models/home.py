"""The first page of the site."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    """Says what this site is, and leads to its places."""

    introduction = RichTextField(blank=True, features=["bold", "italic", "link"])

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "cms/home_page.html"

    class Meta:
        verbose_name = "home page"

    def get_context(self, request, *args, **kwargs):
        from .place import PlacePage

        context = super().get_context(request, *args, **kwargs)
        context["place_pages"] = (
            PlacePage.objects.child_of(self).live().public().select_related("place")
        )
        return context
