"""URLs of mapping."""

from django.urls import path

from .views import basemap, tiles

urlpatterns = [
    path("basemap/<str:name>", basemap.basemap, name="basemap"),
    path("tiles/<str:revision>/<str:layer>/<str:z>/<str:x>/<str:y>.mvt", tiles.tile, name="tile"),
]
