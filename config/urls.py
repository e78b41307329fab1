"""Every URL. Pages of places come last: Wagtail answers what nothing above it does."""

from django.contrib import admin
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.views.serve import serve
from config.accent import accent_css
from config.accounts.codes import admin_login
from config.demo_mail import letters
from mapping.views import health, node

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accent/<slug:colour>.css", accent_css, name="accent"),
    path("node/<uuid:uuid>", node.node, name="node"),
    path("api/", include("mapping.api.urls")),
    path("", include("mapping.urls")),
    path("", include("listings.urls")),
    path("", include("cms.urls")),
    path("accounts/", include("config.accounts.urls")),
    path("demo/mail/", letters, name="demo-mail"),
    path("admin/login/", admin_login),
    path("admin/", include(wagtailadmin_urls)),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
    # Without Wagtail's own page for signing in: it asks for a password, which nobody here has.
    path("", include([it for it in wagtail_urls.urlpatterns if it.name not in ("wagtailcore_login", "wagtail_serve")])),
    re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
]

handler400 = "config.unavailable.bad_request"
handler500 = "config.unavailable.server_error"
