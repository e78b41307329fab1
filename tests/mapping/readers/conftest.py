"""Property tests here read files: how long one takes says nothing."""

from hypothesis import settings

settings.register_profile("files", deadline=None)
settings.load_profile("files")
