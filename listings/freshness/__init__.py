"""Keeping records true: who is asked when, in letters whose links need no account, and what follows."""
