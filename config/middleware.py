"""Policies that depend on the page: the import map's hash, the admin's own rules, permissions."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import importmap

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
