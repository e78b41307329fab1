"""URLs of the API: every answer under /api/ is JSON, whatever happens."""

from __future__ import annotations

from django.urls import path, re_path

from .document import api
from .problems import guarded, nothing_here


def _guarded(patterns):
    for it in patterns:
        it.callback = guarded(it.callback)
    return patterns


_patterns, _app, _namespace = api.urls

urlpatterns = [
    path("v1/", (_guarded(_patterns), _app, _namespace)),
    re_path(r"^(?P<rest>.*)$", guarded(nothing_here), name="api-nothing"),
]
