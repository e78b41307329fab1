"""URLs of cms. Pages themselves are Wagtail's (config/urls.py)."""

from django.urls import path

from .views import embed

urlpatterns = [
    path("embed/<str:token>/", embed.embed, name="embed"),
]
