"""Static files: hashed names that browsers may keep for ever, compressed once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the relative imports of our ES modules to hashed names."""

    support_js_module_import_aggregation = True
    manifest_strict = False
