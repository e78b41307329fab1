"""Commands of manage.py, and what those that import have in common."""
