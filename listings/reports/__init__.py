"""Reports of problems: something here needs care, and who is responsible for it."""
