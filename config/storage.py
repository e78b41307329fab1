"""Static files: hashed names that browsers may keep for ever, compressed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.packing import pack_files


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Leaves scripts as they are: our modules find each other by the import map, not by relative paths."""

    manifest_strict = False

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what has changed (config/packing.py); yield name and compressed name."""
        compressor = self.create_compressor(quiet=True)
        files = {Path(self.path(name)): name for name in sorted(paths) if compressor.should_compress(name)}
        for twin in pack_files(files):
            name = files[twin.with_suffix("")]
            yield name, name + twin.suffix
