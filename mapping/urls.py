"""URLs of mapping."""

from django.urls import path

from .views import basemap, maps, search, tiles

urlpatterns = [
    path("basemap/<str:name>", basemap.basemap, name="basemap"),
    path("maps/<str:revision>/lines.json", maps.map_lines, name="map_lines"),
    path("maps/<str:revision>/<str:name>.js", maps.map_script, name="map_script"),
    path("search/", search.search, name="search"),
    path("tiles/<str:revision>/<str:layer>/<str:z>/<str:x>/<str:y>.mvt", tiles.tile, name="tile"),
]
