#!/bin/sh
# npm geoparquet 0.6 makes GeoJSON of a GeoParquet file that PyPI geopandas 1.2 wrote: halls on the British grid (EPSG:27700), one of them of no known place.
# Guess, written first: toGeoJson gives GeoJSON (RFC 7946): longitude and latitude or a refusal, every record, whole numbers and nulls as JSON has them.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check geopandas==1.2.0 pyarrow==26.0.1
npm install --silent --no-fund --no-audit --ignore-scripts geoparquet@0.6.0 hyparquet@1.31.5 >/dev/null
venv/bin/python -W ignore - <<'PYTHON'
import geopandas
import shapely

print("geopandas", geopandas.__version__)
places = [shapely.Point(380169, 393733), None]
geopandas.GeoDataFrame({"name": ["Hall", "Choir"], "seats": [80, 12]}, geometry=places, crs=27700).to_parquet("halls.parquet")
PYTHON
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import { toGeoJson } from 'geoparquet';
import { asyncBufferFromFile } from 'hyparquet';
console.log('geoparquet', JSON.parse(fs.readFileSync('node_modules/geoparquet/package.json')).version);
const found = await toGeoJson({ file: await asyncBufferFromFile('halls.parquet') });
console.dir(found.features, { depth: 4 });
let said = 'written';
try {
  JSON.stringify(found);
} catch (error) {
  said = error.message;
}
console.log('JSON.stringify:', said);
console.log('Metres of the grid stand as degrees (the file says which grid), the choir is gone, and a whole number is none that JSON has.');
const [hall] = found.features;
process.exit(found.features.length === 1 && hall.geometry.coordinates[0] === 380169 && hall.properties.seats === 80n && said.includes('BigInt') ? 0 : 1);
JAVASCRIPT
