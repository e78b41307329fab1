"""The pages of a place: what is here, map and list, the network underneath."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Page

from mapping.models import Place
from mapping.views import explore, overview
from mapping.views.network import comparison, export, findings, gaps, page, paths, removal, saved_views


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
        from .tour import TourPage

        return list(TourPage.objects.child_of(self).live().public()[:20])

    @path("")
    def overview(self, request):
        return overview.overview(request, self.place, page=self)

    @path("map/", name="map")
    def map(self, request):
        return explore.explore(request, self.place, page=self, view="map")

    @path("list/", name="list")
    def list(self, request):
        return explore.explore(request, self.place, page=self, view="list")

    @path("network/", name="network")
    def network(self, request):
        return page.network(request, self.place, page=self)

    @path("network/paths/", name="network-paths")
    def network_paths(self, request):
        return paths.network_paths(request, self.place, page=self)

    @path("network/without/", name="network-without")
    def network_without(self, request):
        return removal.network_without(request, self.place, page=self)

    @path("network/compare/", name="network-compare")
    def network_compare(self, request):
        return comparison.network_compare(request, self.place, page=self)

    @path("network/gaps/", name="network-gaps")
    def network_gaps(self, request):
        return gaps.network_gaps(request, self.place, page=self)

    @path("network/export/", name="network-export")
    def network_export(self, request):
        return export.network_export(request, self.place, page=self)

    @path("network/words/", name="network-words")
    def network_words(self, request):
        return findings.words(request, self.place, page=self)

    @path("network/views/", name="network-views")
    def network_views(self, request):
        return saved_views.index(request, self.place, page=self)

    @path("network/views/<slug:slug>/", name="network-view")
    def network_view(self, request, slug):
        return saved_views.one(request, self.place, slug, page=self)
