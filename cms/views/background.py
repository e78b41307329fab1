"""`/admin/background/`: is background work being done, what failed and why, with a button to try it again."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from listings.access import permissions
from mapping.commands import jobs
from mapping.jobs.status import FailedJob, Status, failed_jobs, status
from mapping.models import Actor, Place

# What a task is called on this page. One that is not told of here has its own name.
TASK_NAMES = {
    "rebuild_network": gettext_lazy("Working out the network"),
    "keep_dates": gettext_lazy("Keeping the dates of weekly listings"),
    "forget_jobs": gettext_lazy("Deleting old jobs"),
    "reapply_withdrawals": gettext_lazy("Taking back again what people took back"),
}


@dataclass(frozen=True)
class Row:
    """A failed job in words; `may_retry` when this person may press the button."""

    job: FailedJob
    title: str
    place: str
    may_retry: bool


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How background work goes. For stewards, and superusers."""
    _require_steward(request)
    looked_after = set(permissions.places_to_decide_in(request.user).values_list("pk", flat=True))
    failed = [it for it in failed_jobs() if concerns(it, request.user, looked_after)]
    places = dict(Place.objects.filter(pk__in=[place_of(it) for it in failed]).values_list("pk", "name"))
    now = status()
    return render(
        request,
        "cms/admin/background.html",
        {
            "status": now,
            "sentences": sentences(now),
            "rows": [
                Row(
                    job=it,
                    title=str(TASK_NAMES.get(it.task, it.task)),
                    place=places.get(place_of(it), ""),
                    may_retry=may_retry(it, request.user, looked_after),
                )
                for it in failed
            ],
            "header_title": _("Background work"),
            "page_title": _("Background work"),
            "header_icon": "cogs",
        },
    )


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed job again. Of a job that is not theirs nobody learns that it exists."""
    _require_steward(request)
    looked_after = set(permissions.places_to_decide_in(request.user).values_list("pk", flat=True))
    job = next((it for it in failed_jobs() if it.pk == pk), None)
    if job is None or not may_retry(job, request.user, looked_after):
        raise Http404
    try:
        jobs.try_again(actor=Actor.of(request.user), job=pk)
    except jobs.JobRefused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("It is tried again. Look here in a minute."))
    return redirect("background")


def sentences(now: Status) -> list[str]:
    """How it goes, in plain words: what is wrong first."""
    found = []
    since = now.stands_still
    if since is not None:
        found.append(
            _(
                "Background work stands still since %(time)s: nobody is doing it. Pages work, but networks, dates and "
                "exports stay as they are. Whoever runs this site has to start the worker."
            )
            % {"time": _moment(since, now)}
        )
    elif now.is_late:
        found.append(
            _("Background work is late: the oldest job has been waiting since %(time)s.")
            % {"time": _moment(now.waiting_since, now)}
        )
    else:
        found.append(_("Background work goes on as it should."))
    if now.waiting:
        found.append(ngettext("%(n)s job waits.", "%(n)s jobs wait.", now.waiting) % {"n": now.waiting})
    if now.doing:
        found.append(ngettext("%(n)s job is being done.", "%(n)s jobs are being done.", now.doing) % {"n": now.doing})
    return found


def trouble_for(user) -> str:
    """One sentence for the first page of the admin when something is wrong; "" otherwise."""
    if not permissions.places_to_decide_in(user).exists():
        return ""
    now = status()
    if now.stands_still is not None or now.is_late:
        return sentences(now)[0]
    if now.failed:
        return ngettext(
            "%(n)s background job failed.", "%(n)s background jobs failed.", now.failed
        ) % {"n": now.failed}  # fmt: skip
    return ""


def _moment(at, now: Status) -> str:
    """The time of day, with the day when that is not today."""
    local = timezone.localtime(at)
    same_day = local.date() == timezone.localtime(now.now).date()
    return date_format(local, "H:i" if same_day else "j F Y, H:i")


def _require_steward(request: HttpRequest) -> None:
    if not permissions.places_to_decide_in(request.user).exists():
        raise PermissionDenied


def place_of(job: FailedJob) -> int | None:
    return job.args.get("place_id")


def concerns(job: FailedJob, user, looked_after: set[int]) -> bool:
    """Jobs of a place are its stewards' business; those of no place everybody's."""
    place = place_of(job)
    return user.is_superuser or place is None or place in looked_after


def may_retry(job: FailedJob, user, looked_after: set[int]) -> bool:
    return user.is_superuser or place_of(job) in looked_after
