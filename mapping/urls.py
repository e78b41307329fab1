"""URLs of mapping."""

from django.urls import path

from .views import (
    basemap,
    connect,
    connection,
    consent,
    maps,
    picture,
    publication,
    revisions,
    search,
    suggestions,
    tiles,
)
from .views.answers import state
from .views.network import data, export, findings, paths, removal

urlpatterns = [
    path("answers/<slug:key>/", state.state, name="answer-state"),
    path("basemap/<str:name>", basemap.basemap, name="basemap"),
    path("connections/suggest/", connect.suggest, name="connection-suggest"),
    path("connections/<uuid:uuid>/", connection.connection, name="connection"),
    path("consents/<slug:token>/", consent.consent, name="consent"),
    path("maps/<str:revision>/lines.json", maps.map_lines, name="map_lines"),
    path("maps/<str:revision>/<str:name>.js", maps.map_script, name="map_script"),
    path("network/<str:revision>/graph.bin", data.graph, name="network_graph"),
    path("network/<str:revision>/ids.bin", data.identities, name="network_identities"),
    path("network/<str:revision>/path.json", paths.path_json, name="network_path"),
    path("node/<uuid:uuid>/connect/", connect.connect, name="connect"),
    path("node/<uuid:uuid>/publication/", publication.publication, name="publication"),
    path("search/", search.search, name="search"),
    path("network/<str:revision>/without.json", removal.without_json, name="network_without"),
    path("<slug:place>/picture.png", picture.picture, name="place-picture"),
    path("<slug:place>/picture.svg", picture.drawing, name="place-drawing"),
    path("<slug:place>/suggestions.html", suggestions.suggestions, name="suggestions"),
    path("<slug:place>/revision.json", revisions.revision_json, name="revision"),
    path("<slug:place>/network/area/", removal.network_area, name="network_area"),
    path("<slug:place>/network/export/<str:name>", export.download, name="network-export-file"),
    path("<slug:place>/network/words/table.csv", findings.table_csv, name="network-words-table"),
    path("statements/<uuid:uuid>/withdraw/", connection.withdraw, name="statement-withdraw"),
    path("tiles/<str:revision>/<str:layer>/<str:z>/<str:x>/<str:y>.mvt", tiles.tile, name="tile"),
]
