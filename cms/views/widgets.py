"""`/admin/widgets/`: make a widget, and copy what another site needs to show it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms import commands
from cms.frames import frame
from cms.models import Widget
from cms.widget_form import WidgetForm
from mapping.models import Actor
from mapping.search import tidy

from .looked_after import places_looked_after

PER_PAGE = 50


def snippets(widget: Widget, base: str) -> dict[str, str]:
    """The HTML to copy, for a site at `base`: a frame, and a plain link for where frames are not allowed."""
    url = f"{base}{widget.get_absolute_url()}"
    return {
        "frame": frame(url, widget.name, widget.height),
        "link": format_html('<a href="{}">{}</a>', url, widget.name),
    }


def _widget(request: HttpRequest, pk: int) -> Widget:
    widget = Widget.objects.filter(pk=pk, place__in=places_looked_after(request)).select_related("place").first()
    if widget is None:
        raise Http404
    return widget


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The widgets of the places that this steward looks after."""
    rows = Widget.objects.filter(place__in=places_looked_after(request)).select_related("place").order_by("name", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "cms/admin/widgets.html", {"page": page, **_titles(_("Widgets"))})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make one. `?place=` and `?query=` fill in what was looked at."""
    places = places_looked_after(request)
    initial = {
        "place": places.filter(slug=tidy(request.GET.get("place", ""))).first(),
        "query": request.GET.get("query", "")[:2000],
    }
    return _form(
        request,
        WidgetForm(request.POST or None, places=places, host=request.get_host(), initial=initial),
        _("New widget"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one; its address stays, so the pages that show it follow."""
    widget = _widget(request, pk)
    form = WidgetForm(
        request.POST or None, places=places_looked_after(request), host=request.get_host(), instance=widget
    )
    return _form(request, form, str(widget))


def _form(request: HttpRequest, form: WidgetForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        widget = commands.save_widget(actor=Actor.of(request.user), widget=form.save(commit=False))
        messages.success(request, _("“%(name)s” is kept.") % {"name": widget.name})
        return redirect("widget-edit", pk=widget.pk)
    widget = form.instance if form.instance.pk else None
    base = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    context = {
        "form": form,
        "widget": widget,
        "snippets": snippets(widget, base) if widget and not form.errors else None,
        **_titles(title),
    }
    return render(request, "cms/admin/widget.html", context, status=422 if form.errors else 200)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away: the pages that show it then show that it is gone."""
    widget = _widget(request, pk)
    commands.delete_widget(actor=Actor.of(request.user), widget=widget)
    messages.success(request, _("“%(name)s” is gone.") % {"name": widget.name})
    return redirect("widgets")


def _titles(title: str) -> dict[str, str]:
    return {"header_title": title, "page_title": title, "header_icon": "code"}
