"""Limits on how often one address may ask, and policies that depend on the page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import importmap, limits
from config.errors import HereaboutsError
from config.refusals import refuse, tell

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(self), gyroscope=(), "
    "microphone=(), payment=(), usb=()"
)
# The admins may be framed by themselves (previews) and show images that are about to be uploaded. Wagtail's few inline
# scripts are replaced (cms/static/cms/js/date_chooser.js, inline_panel.js). Two inline styles of its text editor are
# refused: they only show the words "Write something" and number nested lists.
ADMIN_PREFIXES = ("/admin/", "/django-admin/")
ADMIN_POLICY = {
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-ancestors": ["'self'"],
}


class LimitsMiddleware:
    """Answers 429, with the seconds to wait, to an address that asks too often for what is costly, or sends too much.

    First of all, so that what is refused costs next to nothing. `counts` is made when the application is loaded,
    before the processes fork, so that they count together.
    """

    counts = limits.SharedCounts()

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wait = self.seconds_to_wait(request)
        return refuse(request, "too many", seconds=wait) if wait else self.get_response(request)

    def seconds_to_wait(self, request: HttpRequest) -> float:
        if limits.is_costly(request.method, request.path_info):
            limit, per_minute = "costly", settings.LIMIT_COSTLY_PER_MINUTE
        elif limits.is_sending(request.method):
            limit, per_minute = "sending", settings.LIMIT_SENDING_PER_MINUTE
        else:
            return 0.0
        if not per_minute:
            return 0.0
        address = limits.client_address(request.META, behind_proxy=settings.BEHIND_PROXY)
        burst = max(1, per_minute // 2)
        return self.counts.take(limit, limits.household(address), per_minute=per_minute, burst=burst)


class ErrorsMiddleware:
    """Tells whoever asked what one of our own errors says, wherever no view had a better place for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return tell(request, error) if isinstance(error, HereaboutsError) else None


class PolicyMiddleware:
    """Add what `CONTENT_SECURITY_POLICY` cannot know in advance, and the permissions policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path.startswith(ADMIN_PREFIXES):
            if not hasattr(response, "_csp_replace"):
                response._csp_replace = ADMIN_POLICY
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        elif response.status_code == 304 or response.get("Content-Type", "").startswith("text/html"):
            # A 304 too: browsers put its policy in the place of the one that they have kept.
            update = getattr(response, "_csp_update", None) or {}
            response._csp_update = {**update, "script-src": [importmap.csp_hash()]}
        return response
