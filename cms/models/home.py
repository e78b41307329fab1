"""The first page of the site."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from mapping.models import Category


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
        pages = list(PlacePage.objects.child_of(self).live().public().select_related("place").defer("place__boundary"))
        context["place_pages"] = pages
        # With one place, readers go straight to what they look for; with several they choose the place first.
        context["categories"] = Category.objects.filter(parent=None) if len(pages) == 1 else []
        return context
