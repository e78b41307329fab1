"""People who join a place or a group, and the spaces that only its members see."""
