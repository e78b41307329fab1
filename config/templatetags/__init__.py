"""Template tags of every page: the design's components."""
