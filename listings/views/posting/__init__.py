"""Posting a listing: start, compose, edit, take back."""
