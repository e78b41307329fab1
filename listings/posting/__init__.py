"""Posting a listing: the form, drafts, venues, the mail to posters."""
