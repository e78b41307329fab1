"""URLs of mapping."""

from django.urls import path

from .views import tiles

urlpatterns = [
    path("tiles/<str:revision>/<str:layer>/<str:z>/<str:x>/<str:y>.mvt", tiles.tile, name="tile"),
]
