"""`/admin/imports/`: which files were read in, what each made, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from listings.access import permissions
from mapping.commands.forget_import import ForgetRefused, Forgotten, forget
from mapping.commands.forgetting import Plan, check, reasons
from mapping.models import Actor, ImportRun, Statement, Visibility

PER_PAGE = 20
# So many rows are looked at while somebody waits; more is for the command, which says what it does.
MAX_ROWS = 2_000
NAMES = 10


def runs_for(user) -> QuerySet:
    """The imports of the places that this user looks after; all of them for a superuser."""
    runs = ImportRun.objects.select_related("place", "source")
    if user.is_superuser and user.is_active:
        return runs
    return runs.filter(place__in=permissions.places_to_decide_in(user))


def _steward(request: HttpRequest) -> None:
    if not permissions.places_to_decide_in(request.user).exists():
        raise PermissionDenied


def _run(request: HttpRequest, pk: int) -> ImportRun:
    _steward(request)
    run = runs_for(request.user).filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The imports, the latest first."""
    _steward(request)
    page = Paginator(runs_for(request.user), PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "cms/admin/imports.html", {**_titles(), "page": page})


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: what would go with it, what would stay and why, and the button."""
    run = _run(request, pk)
    context = {**_titles(), "run": run, "most": MAX_ROWS}
    try:
        check(run)
        if _is_large(run):
            context["large"] = True
        else:
            context["plan"] = _words(Plan.of(run))
    except ForgetRefused as error:
        context["refused"] = str(error)
    return render(request, "cms/admin/import.html", context)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget an import, once its box is ticked."""
    run = _run(request, pk)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box first: this cannot be undone here."))
        return redirect("import", pk=pk)
    if _is_large(run):
        messages.error(request, _("This import is too large for a page. Nothing was changed."))
        return redirect("import", pk=pk)
    try:
        done = forget(actor=Actor.of(request.user), run=run)
    except ForgetRefused as error:
        messages.error(request, str(error))
        return redirect("import", pk=pk)
    messages.success(request, _told(done))
    return redirect("import", pk=pk)


def _is_large(run: ImportRun) -> bool:
    return run.entries.filter(model__in=("node", "statement")).count() > MAX_ROWS


def _words(plan: Plan) -> dict:
    """What a plan says on a page: numbers, and the first names of what goes and of what stays."""
    words = reasons()
    return {
        "nodes": len(plan.nodes_go),
        "names": plan.names(plan.nodes_go, NAMES),
        "more": max(len(plan.nodes_go) - NAMES, 0),
        "statements": len(plan.statements_go),
        "said": [
            " ".join(words)
            for words in Statement.objects.filter(pk__in=plan.statements_go)
            .exclude(visibility=Visibility.GROUP)
            .exclude(connection__source__visibility=Visibility.GROUP)
            .exclude(connection__target__visibility=Visibility.GROUP)
            .order_by("pk")
            .values_list("connection__source__name", "connection__type__forward", "connection__target__name")[:NAMES]
        ],
        "changed": len(plan.nodes_changed),
        "stay": [
            {"number": len(nodes), "why": words[reason], "names": plan.names(nodes, NAMES)}
            for reason, nodes in plan.kept.items()
            if nodes
        ],
        "nothing": not (plan.nodes_go or plan.statements_go or plan.nodes_changed or plan.nodes_over),
    }


def _told(done: Forgotten) -> str:
    nodes = ngettext("%(n)s record is gone.", "%(n)s records are gone.", done.nodes) % {"n": done.nodes}
    said = ngettext(
        "%(n)s statement about connections is gone.", "%(n)s statements about connections are gone.", done.statements
    ) % {"n": done.statements}
    stay = sum(done.kept.values())
    left = ngettext("%(n)s record stays.", "%(n)s records stay.", stay) % {"n": stay}
    return " ".join([_("The import is forgotten."), nodes, said, left])


def _titles() -> dict[str, str]:
    return {"header_title": _("Imports"), "page_title": _("Imports"), "header_icon": "download"}
