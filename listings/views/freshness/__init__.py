"""Pages that keep records true: the links of letters, and what stewards decide."""
