"""Django's PostGIS backend, with a word at once when the database is away (`base.py`)."""
