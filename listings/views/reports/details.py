"""What is wrong, a photo, and who says so: a question a screen (`?step=words`, `photo`, `you`), or all on one page.

Each screen is kept when it is left, forwards or back, under an id in the address (`draft`); no cookie is set.
"""

from __future__ import annotations

import uuid as uuids
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from listings.commands import reports
from listings.models import Report, ReportDraft, ReportPhoto
from listings.posting.drafts import id_of
from listings.reports import drafts, sending
from listings.reports.asked import ReportAsked
from listings.reports.drafts import ReportStep
from listings.reports.forms import ReportForm

from .page import form_page


def details(request: HttpRequest, asked: ReportAsked) -> HttpResponse:
    """The screen that was asked for; a POST keeps it and leads on."""
    step = drafts.named(asked.step)
    if step is None:
        return _one_page(request, asked)
    if request.method == "POST" and step is drafts.STEPS[-1]:
        return _last_step(request, asked, step)
    key = drafts.free_key(asked.draft)
    if request.method == "POST":
        return _one_step(request, replace(asked, draft=key), step)
    if key != asked.draft:
        # With an id in the address, so that going back finds what was typed.
        return redirect(_at(replace(asked, draft=key), step))
    draft = drafts.read(key)
    form = ReportForm(initial=drafts.typed(draft), place=asked.place, request=request, step=step)
    return _step_page(request, asked, step, form, draft)


def _at(asked: ReportAsked, step: ReportStep | None) -> str:
    """The address of a screen; of the one page without."""
    return replace(asked, step=step.name if step else "").url(new="1")


def _one_step(request: HttpRequest, asked: ReportAsked, step: ReportStep) -> HttpResponse:
    """Keep one screen, and lead to the next; to the same where something is wrong with it."""
    given, draft = request.POST.copy(), drafts.read(asked.draft)
    if draft is not None and draft.photo is not None:
        given["photo_kept"] = str(draft.photo.uuid)
    form = ReportForm(given, request.FILES, place=asked.place, request=request, step=step)
    # First of all: it looks at a photo, which is kept whatever else is wrong, and when they go back too.
    fine = form.is_valid()
    draft = drafts.keep(asked.draft, given, step.fields, form.kept)
    go = request.POST.get("go")
    if go == "back":
        return redirect(_back(asked, step))
    if go == "all":
        return redirect(_at(asked, None))
    if go == "drop":
        drafts.drop_photo(draft)
        return redirect(_at(asked, step))
    if not fine:
        return _step_page(request, asked, step, form, draft, status=form.refused_status)
    return redirect(_at(asked, drafts.neighbour(step, 1)))


def _back(asked: ReportAsked, step: ReportStep) -> str:
    """The screen before; before the first of these it was asked what sort of thing it is."""
    before = drafts.neighbour(step, -1)
    return _at(asked, before) if before else replace(asked, category=None).url()


def _last_step(request: HttpRequest, asked: ReportAsked, step: ReportStep) -> HttpResponse:
    """Who says so; with what was kept it is a whole report, which is looked at again and sent."""
    key = asked.draft or uuids.uuid4()
    asked = replace(asked, draft=key)
    draft = drafts.read(key)
    if Report.objects.filter(uuid=key).exists():
        return _sent_before(request, asked, key)
    draft = drafts.keep(key, request.POST, step.fields)
    if request.POST.get("go") == "back":
        return redirect(_back(asked, step))
    given = request.POST.copy()
    given.update({name: value for name, value in drafts.typed(draft).items() if name not in step.fields})
    form = ReportForm(given, place=asked.place, request=request)
    if not form.is_valid():
        wrong = next((it for it in drafts.STEPS if any(name in form.errors for name in it.fields)), step)
        form.only_of(wrong.fields)
        return _step_page(request, asked, wrong, form, draft, status=form.refused_status)
    problem, status = _send(request, asked, form, key)
    if problem:
        return _step_page(request, asked, step, form, draft, [problem], status)
    return _thanks(asked)


def _one_page(request: HttpRequest, asked: ReportAsked) -> HttpResponse:
    """All of it on one page, as a wide screen shows it first."""
    draft = drafts.read(asked.draft)
    if request.method != "POST":
        initial = {**drafts.typed(draft), "key": drafts.free_key(asked.draft)}
        form = ReportForm(initial=initial, place=asked.place, request=request)
        return form_page(request, "details", asked, form, kept=draft.photo if draft else None)
    form = ReportForm(request.POST, request.FILES, place=asked.place, request=request)
    fine = form.is_valid()
    if request.POST.get("go") == "steps":
        key = drafts.free_key(id_of(request.POST.get("key")))
        drafts.keep(key, request.POST, photo=form.kept)
        return redirect(_at(replace(asked, draft=key), drafts.STEPS[0]))
    if not fine:
        return _details_again(request, asked, form, status=form.refused_status)
    key = form.cleaned_data["key"]
    if key and Report.objects.filter(uuid=key).exists():
        return _sent_before(request, asked, key)
    problem, status = _send(request, asked, form, key)
    return _details_again(request, asked, form, [problem], status) if problem else _thanks(asked)


def _send(request: HttpRequest, asked: ReportAsked, form: ReportForm, key: uuids.UUID | None) -> tuple[str, int]:
    """Keep the report and send the letter. Returns what is wrong, with its status; "" once both are done.

    Whoever is cut off between the two finds the draft still there: sending it again sends the letter (`_sent_before`).
    """
    data = form.cleaned_data
    if key:
        drafts.keep(key, {**data, "show_name": "on" if data["show_name"] else ""}, photo=form.kept)
    try:
        report, reporter = reports.make(
            place=asked.place,
            category=asked.category,
            node=asked.node,
            point=asked.point,
            title=data["title"],
            words=data["words"],
            email=data["email"],
            name=data["name"],
            show_name=data["show_name"],
            photo=form.kept,
            held_for=",".join(str(it) for it in form.held_for)[:300],
            uuid=key,
        )
    except reports.TooManyReports as error:
        return str(error), 429
    except reports.ReportRefused:
        # Sent twice: the first was taken.
        return "", 200
    if not sending.ask_to_confirm(reporter, request):
        reports.take_back(report=report)
        words = _("The letter could not be sent just now. Nothing is lost: press the button again in some minutes.")
        return words, 503
    if key:
        drafts.forget(key)
    return "", 200


def _sent_before(request: HttpRequest, asked: ReportAsked, key: uuids.UUID) -> HttpResponse:
    """Sent twice: the first was taken. Where it was cut off before its letter went out, that is sent now."""
    if drafts.read(key) is not None:
        report = Report.objects.get(uuid=key)
        reporter = report.followers.filter(is_reporter=True, confirmed_at=None).first()
        if reporter is None or sending.ask_to_confirm(reporter, request):
            drafts.forget(key)
    return _thanks(asked)


def _thanks(asked: ReportAsked) -> HttpResponse:
    return redirect(f"{reverse('report-sent')}?{urlencode({'place': asked.place.slug})}")


def _details_again(
    request: HttpRequest, asked: ReportAsked, form: ReportForm, more: list[str] | None = None, status: int = 422
) -> HttpResponse:
    """The form with all that was typed; a photo that was taken is kept, one that was not has to be chosen again."""
    kept: ReportPhoto | None = form.kept
    if kept is not None:
        form.data = form.data.copy()
        form.data["photo_kept"] = str(kept.uuid)
    return form_page(request, "details", asked, form, more, status=status, kept=kept)


def _step_page(
    request: HttpRequest,
    asked: ReportAsked,
    step: ReportStep,
    form: ReportForm,
    draft: ReportDraft | None,
    more: list[str] | None = None,
    status: int | None = None,
) -> HttpResponse:
    at: dict[str, Any] = {
        "step": step,
        "number": step.number,
        "numbers": drafts.QUESTIONS,
        "kept": draft.photo if draft else None,
        "so_far": draft.typed.get("title", "") if draft and step is not drafts.STEPS[0] else "",
        "steps_url": {it.name: _at(asked, it) for it in drafts.STEPS},
        "is_last": step is drafts.STEPS[-1],
    }
    return form_page(request, "step", replace(asked, step=step.name), form, more, status, **at)
