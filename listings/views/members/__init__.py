"""Joining, leaving, members-only spaces, and saying that something is wrong."""
