"""The least that Django can answer: one view, no middleware, no database. What "a bare view" means."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[], INSTALLED_APPS=[], ROOT_URLCONF=__name__, SECRET_KEY="not a secret"
)


def hello(request: HttpRequest) -> HttpResponse:
    """Say hello."""
    return HttpResponse(b"hello")


urlpatterns = [path("", hello)]

from django.core.wsgi import get_wsgi_application  # noqa: E402  settings first

application = get_wsgi_application()
