"""Tours: a network told in steps. A steward writes them; what the numbers say is put in whenever somebody reads."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

from cms.routes import RESERVED_SLUGS
from mapping.access.viewers import viewer_for
from mapping.models import Place, SavedView, Visibility
from mapping.network.view.form import LONGEST_ADDRESS, state_of
from mapping.network.view.state import NetworkView
from mapping.views import conditional
from mapping.views.network import tour_reading

FEATURES = ["bold", "italic", "link", "ol", "ul"]
MAX_STEPS = 30


class TourFinding(models.TextChoices):
    """What is told below a step's text, worked out anew for each reader. The values are sections of the words."""

    NOTHING = "", gettext_lazy("Nothing")
    COUNTED = "counted", gettext_lazy("How many are connected")
    BEST = "best", gettext_lazy("Who is best connected")
    BRIDGES = "bridges", gettext_lazy("What holds it together")
    GROUPS = "groups", gettext_lazy("The groups within")
    EDGE = "edge", gettext_lazy("Who is at the edge")
    MISSING = "missing", gettext_lazy("What is missing")
    BALANCE = "balance", gettext_lazy("Bonding, bridging, linking")
    DISTANCE = "distance", gettext_lazy("How far connections reach")
    WHAT_IF = "what-if", gettext_lazy("What falls away without those that the view takes away")
    NEIGHBOURS = "neighbours", gettext_lazy("Whom the one in focus is connected to")


class TourPage(Page):
    """An ordered list of steps below the page of a place."""

    introduction = RichTextField(blank=True, features=FEATURES)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        InlinePanel("steps", heading=gettext_lazy("Steps"), label=gettext_lazy("Step"), max_num=MAX_STEPS),
    ]
    parent_page_types = ["cms.PlacePage"]
    subpage_types: list[str] = []
    template = "cms/tour_page.html"

    class Meta:
        verbose_name = "tour"

    @property
    def place(self) -> Place:
        """The place that the tour leads through."""
        return self.get_parent().specific.place

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError(
                {"slug": _("“%(slug)s” is an address of the place itself. Choose another.") % {"slug": self.slug}}
            )

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        place, viewer = self.place, viewer_for(request)
        response = conditional.answer(request, place, viewer, lambda: self.page_for(request))
        if getattr(response, "context_data", None) and response.context_data.get("waiting"):
            # It will be there without a new revision, so nobody may be told that nothing has changed.
            del response["ETag"]
            response["Cache-Control"] = "no-store"
        return response

    def page_for(self, request: HttpRequest) -> HttpResponse:
        """The start (no parameter), one step (`step`, from 1) or everything as text (`all`)."""
        return TemplateResponse(request, self.get_template(request), self.get_context(request))

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        place = self.place
        home = place.get_absolute_url()
        here = self.get_url(request) or f"{home}{self.slug}/"
        steps = list(self.steps.select_related("saved_view") if self.pk else self.steps.all())
        number = _step(request.GET.get("step", ""), len(steps))
        context.update(
            place=place,
            place_url=home,
            search_url=f"{home}map/",
            section="network",
            here=here,
            crumbs=[{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
            steps=steps,
            total=len(steps),
            number=number,
            all=bool(request.GET.get("all")),
        )
        if context["all"]:
            context["readings"] = [
                {"step": it, "number": n, "reading": reading}
                for n, (it, reading) in enumerate(zip(steps, _read(request, place, steps), strict=True), 1)
            ]
        elif number:
            step = steps[number - 1]
            context.update(
                step=step,
                reading=_read(request, place, [step], with_picture=True)[0],
                prev_url=f"{here}?step={number - 1}" if number > 1 else here,
                next_url=f"{here}?step={number + 1}" if number < len(steps) else "",
            )
        readings = (
            [context["reading"]] if "reading" in context else [it["reading"] for it in context.get("readings", [])]
        )
        # All are one question, so one stands for all.
        context["waiting"] = next((it.part for it in readings if it.waiting), None)
        context["asked_at"] = request.get_full_path()
        return context


def _read(request: HttpRequest, place: Place, steps: list, *, with_picture: bool = False) -> list[tour_reading.Reading]:
    return tour_reading.read(request, place, [(it.state, it.finding) for it in steps], with_picture=with_picture)


class TourStep(Orderable):
    """A title, a text, a state of the network view, and which finding is told below the text."""

    tour = ParentalKey(TourPage, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(gettext_lazy("title"), max_length=120)
    text = RichTextField(gettext_lazy("text"), blank=True, features=FEATURES)
    address = models.TextField(
        gettext_lazy("view"),
        blank=True,
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy(
            "Set the network page to what this step shows, and paste its address here. Empty: the whole network."
        ),
    )
    saved_view = models.ForeignKey(
        SavedView,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=gettext_lazy("or a saved view"),
        limit_choices_to={"visibility": Visibility.PUBLIC},
    )
    finding = models.CharField(
        gettext_lazy("told below the text"),
        max_length=20,
        blank=True,
        choices=TourFinding,
        help_text=gettext_lazy("Numbers and names, put in anew for each reader: they are never out of date."),
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("finding"),
        MultiFieldPanel(
            [FieldPanel("address"), FieldPanel("saved_view")], heading=gettext_lazy("What the picture shows")
        ),
    ]

    class Meta(Orderable.Meta):
        constraints = [models.CheckConstraint(condition=~models.Q(title=""), name="tour_step_has_title")]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> NetworkView:
        """The view of this step: the saved one as it is now, or the address that was pasted."""
        if self.saved_view is not None:
            return NetworkView.from_params(self.saved_view.state)
        return state_of(self.address)

    def clean(self) -> None:
        super().clean()
        try:
            view = state_of(self.address)
        except ValidationError as error:
            raise ValidationError({"address": error.messages}) from None
        # Kept as parameters alone: the tour may move to another address.
        self.address = view.url("") if self.address else ""
        if self.address and self.saved_view_id is not None:
            raise ValidationError({"saved_view": _("Choose a saved view or paste an address, not both.")})
        if self.saved_view is not None and self.saved_view.visibility != Visibility.PUBLIC:
            raise ValidationError({"saved_view": _("This view is for members only, and a tour is for everybody.")})


def _step(text: str, most: int) -> int:
    """The step that was asked for, from 1; 0 for the start; a step too far is the last."""
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return 0
    return min(int(text), most)
