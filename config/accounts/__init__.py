"""Signing in and out, second factors, one's own account (allauth behind our pages)."""
