"""The pages of `/reports/new/`: what all of them show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.forms import error_list
from listings.reports.asked import ReportAsked


def form_page(
    request: HttpRequest,
    name: str,
    asked: ReportAsked,
    form: Any,
    more: list[str] | None = None,
    status: int | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with a form; `more` are errors beside those of its fields."""
    errors = [{"field_id": "", "message": it} for it in more or []] + (error_list(form) if form.is_bound else [])
    if not errors:
        status = 200
    return page(request, name, asked, status or 422, form=form, errors=errors, **context)


def page(request: HttpRequest, name: str, asked: ReportAsked, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a report that is being made, with what has been answered so far."""
    context |= {
        "place": asked.place,
        "place_url": asked.place.get_absolute_url(),
        "section": "reports",
        "asked": asked,
        "here": asked.url(),
        "new_url": asked.url(new="1"),
        "words_url": asked.url(new="1", step="words"),
        "where_url": ReportAsked(asked.place, draft=asked.draft, step=asked.step).url(),
        "category_url": replace(asked, category=None).url(),
    }
    return render(request, f"listings/reports/new/{name}.html", context, status=status)
