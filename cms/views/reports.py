"""`/admin/reported/`: what was reported in a place, what waits for a steward, what can be reported, who mends it."""

from __future__ import annotations

import re
import uuid as uuids

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings.access import permissions
from listings.commands import reports, responsible_bodies
from listings.models import Report, ReportCategory, ReportPhoto, ResponsibleBody, Teller
from listings.reports import history, queue, sending
from listings.reports.forms import ReplyForm
from mapping.models import Actor, Place
from mapping.search import tidy

from .looked_after import place_looked_after

PER_PAGE = 50
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class CategoryForm(forms.ModelForm):
    """One kind of report."""

    class Meta:
        model = ReportCategory
        fields = ("name", "hint", "position", "offered")
        labels = {
            "name": gettext_lazy("Name"),
            "hint": gettext_lazy("Such as"),
            "position": gettext_lazy("Position in the list"),
            "offered": gettext_lazy("It can be reported"),
        }


class BodyForm(forms.ModelForm):
    """Who looks after what, and where to write to."""

    class Meta:
        model = ResponsibleBody
        fields = ("name", "email", "area", "categories", "paused")
        labels = {
            "name": gettext_lazy("Name"),
            "email": gettext_lazy("E-mail address"),
            "area": gettext_lazy("Part of the place (empty: all of it)"),
            "categories": gettext_lazy("Kinds of reports (none: all)"),
            "paused": gettext_lazy("Send it nothing for now"),
        }
        widgets = {"categories": forms.CheckboxSelectMultiple}

    def __init__(self, *args, place: Place, **more) -> None:
        super().__init__(*args, **more)
        # The body pauses itself too: what was not changed here is as the body has it.
        self.fields["paused"].show_hidden_initial = True
        self.fields["categories"].queryset = ReportCategory.objects.filter(place=place)
        areas = Place.objects.current().filter(boundary__isnull=False).exclude(pk=place.pk).defer("boundary")
        if place.boundary is not None:
            areas = areas.filter(boundary__intersects=place.boundary)
        self.fields["area"].queryset = areas.order_by("name")
        self.fields["area"].label_from_instance = lambda it: f"{it.name} ({it.get_kind_display()})"


def _report(request: HttpRequest, uuid: uuids.UUID) -> Report:
    """The report, for those who may decide it. Of others nobody learns even that they exist."""
    found = Report.objects.filter(uuid=uuid, confirmed_at__isnull=False).select_related("place", "category").first()
    if found is None or not permissions.can_decide(request.user, found.place_id):
        raise Http404
    return found


def _titles(title: str) -> dict[str, str]:
    return {"header_title": title, "page_title": title, "header_icon": "warning"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits, then every report, the newest first."""
    place = place_looked_after(request, request.GET.get("place", ""))
    waiting = queue.waiting_reports(request.user).filter(place=place)
    every = Report.objects.filter(place=place, confirmed_at__isnull=False).select_related("category")
    page = Paginator(every.order_by("-confirmed_at", "-pk"), PER_PAGE).get_page(request.GET.get("p"))
    days, number = history.days_to_fixed(place)
    context = {
        "place": place,
        "places": permissions.places_to_decide_in(request.user).order_by("name"),
        "waiting": [(it, queue.why(it)) for it in waiting[:PER_PAGE]],
        "page": page,
        "days": days,
        "fixed": number,
        **_titles(_("Reports")),
    }
    return render(request, "cms/admin/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """One report: say something, show, hide, move, merge, its photo, its letter."""
    report = _report(request, uuid)
    form = ReplyForm(request.POST if request.POST.get("do") == "tell" else None)
    status = 200
    if request.method == "POST":
        problem = _do(request, report, form)
        if not problem:
            return redirect("steward-report", uuid=uuid)
        messages.warning(request, problem)
        status = 422
    context = {
        "report": report,
        "why": queue.why(waits) if (waits := queue.waiting_reports(request.user).filter(pk=report.pk).first()) else "",
        "form": form,
        "photo": ReportPhoto.objects.filter(report=report).first(),
        "history": history.history(report),
        "deliveries": report.deliveries.select_related("body"),
        "unclear": set(sending.unclear().filter(report=report).values_list("pk", flat=True)),
        "astray": sending.astray().filter(report=report).exists(),
        "categories": ReportCategory.objects.filter(place=report.place_id),
        "followers": report.followers.filter(confirmed_at__isnull=False).count(),
        **_titles(report.title),
    }
    return render(request, "cms/admin/report.html", context, status=status)


def _do(request: HttpRequest, report: Report, form: ReplyForm) -> str:
    """Do what a button says; returns what is wrong, or nothing."""
    actor, do = Actor.of(request.user), request.POST.get("do", "")
    try:
        if do == "tell":
            if not form.is_valid():
                return _("Please check what is marked below.")
            data = form.cleaned_data
            reports.tell(actor=actor, report=report, by=Teller.STEWARD, status=data["status"], words=data["words"])
        elif do == "show":
            reports.show(actor=actor, report=report)
        elif do == "hide":
            reason = tidy(request.POST.get("reason", ""))
            if not reason:
                return _("Write why it is hidden: it stands in the record of changes.")
            reports.hide(actor=actor, report=report, reason=reason)
        elif do == "show-photo":
            reports.show_photo(actor=actor, report=report)
        elif do == "remove-photo":
            reports.remove_photo(actor=actor, report=report)
        elif do == "move":
            category = ReportCategory.objects.filter(
                place=report.place_id, slug=tidy(request.POST.get("category", ""))
            ).first()
            if category is None:
                return _("Choose a kind of report of this place.")
            reports.move(actor=actor, report=report, category=category)
            sending.route(only=report)
        elif do == "merge":
            named = UUID.search(request.POST.get("into", ""))
            into = Report.objects.filter(uuid=named[0], place=report.place_id).first() if named else None
            if into is None:
                return _("There is no such report here. Paste the address of its page.")
            reports.merge(actor=actor, report=report, into=into)
        elif do == "send-again":
            # Not one that a worker may be sending just now.
            for delivery in sending.astray().filter(report=report):
                reports.send_again(actor=actor, delivery=delivery)
        else:
            return _("There is no such button.")
    except reports.ReportRefused as error:
        return str(error)
    messages.success(request, _("It is done."))
    return ""


@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """The kinds of reports of a place, and the bodies that look after them."""
    place = place_looked_after(request, request.GET.get("place", ""))
    context = {
        "place": place,
        "places": permissions.places_to_decide_in(request.user).order_by("name"),
        "categories": ReportCategory.objects.filter(place=place),
        "bodies": ResponsibleBody.objects.filter(place=place).select_related("area").prefetch_related("categories"),
        **_titles(_("What can be reported, and who looks after it")),
    }
    return render(request, "cms/admin/reports_setup.html", context)


def _back(place: Place) -> HttpResponse:
    return redirect(f"{reverse('steward-reports-setup')}?place={place.slug}")


@require_POST
def usual(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin with the usual kinds."""
    place = place_looked_after(request, slug)
    responsible_bodies.ensure_usual_categories(actor=Actor.of(request.user), place=place)
    return _back(place)


@require_http_methods(["GET", "HEAD", "POST"])
def category(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    """Add or change a kind of report."""
    place = place_looked_after(request, slug)
    kept = ReportCategory.objects.filter(place=place, pk=pk).first() if pk else ReportCategory(place=place)
    if kept is None:
        raise Http404
    form = CategoryForm(request.POST if request.method == "POST" else None, instance=kept)
    if form.is_bound and form.is_valid():
        try:
            responsible_bodies.save_category(actor=Actor.of(request.user), category=form.instance)
            return _back(place)
        except responsible_bodies.BodyRefused as error:
            form.add_error(None, str(error))
    title = kept.name if pk else _("A new kind of report")
    context = {"place": place, "form": form, **_titles(title)}
    return render(request, "cms/admin/reports_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def body(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    """Add or change a body; a new address is asked to confirm."""
    place = place_looked_after(request, slug)
    kept = ResponsibleBody.objects.filter(place=place, pk=pk).first() if pk else ResponsibleBody(place=place)
    if kept is None:
        raise Http404
    form = BodyForm(request.POST if request.method == "POST" else None, instance=kept, place=place)
    if form.is_bound and form.is_valid():
        actor, made = Actor.of(request.user), form.save(commit=False)
        try:
            categories = form.cleaned_data["categories"]
            responsible_bodies.save_body(actor=actor, body=made, categories=categories, fields=form.changed_data)
            if made.confirmed_at is None:
                _ask(request, made)
            return _back(place)
        except responsible_bodies.BodyRefused as error:
            form.add_error(None, str(error))
    title = kept.name if pk else _("A new body")
    context = {"place": place, "form": form, **_titles(title)}
    return render(request, "cms/admin/reports_form.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, asked: ResponsibleBody) -> None:
    if sending.ask_body(asked, request):
        responsible_bodies.note_asked(actor=Actor.of(request.user), body=asked)
        messages.success(request, _("We have asked %(name)s to confirm the address.") % {"name": asked.name})
    else:
        messages.warning(request, _("The letter could not be sent. Save it again in some minutes."))


def summary_for(user) -> tuple[int, str, str]:
    """How many reports wait for this user, in words, and where: for the admin's first page."""
    number = queue.waiting_reports(user).count()
    words = ngettext("%(n)s report waits for you", "%(n)s reports wait for you", number)
    return number, words % {"n": number}, reverse("steward-reports")
