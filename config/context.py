"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the name and kind of this site."""
    return {"site_name": settings.WAGTAIL_SITE_NAME, "is_demo": settings.DEMO}
