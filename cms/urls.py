"""URLs of cms. Pages themselves are Wagtail's (config/urls.py)."""

from django.urls import path

from .views import embed

urlpatterns = [
    path("embed/group/<uuid:uuid>/<slug:view>/", embed.group, name="embed-group"),
    path("embed/<str:token>/", embed.embed, name="embed"),
]
