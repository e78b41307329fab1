"""What `make` does on the machine itself: packages, .venv, browser libraries, the private database.

Only the standard library is used here, because it runs before `.venv` exists. Every module parses on
Python 3.9, so that an old Python gets a sentence and not a syntax error.
"""
