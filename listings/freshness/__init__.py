"""Keeping records true: who is asked when, by letters whose links need no account, and what happens without an answer."""
