"""Maps: the folium builder and its elements, vector tiles, basemaps, connections as lines, one-file maps."""
