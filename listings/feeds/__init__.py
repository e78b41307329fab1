"""Calendars that groups keep elsewhere: fetched, read, matched with venues, kept in step."""
