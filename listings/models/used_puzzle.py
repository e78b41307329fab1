"""Puzzles of forms that were used: each counts once."""

from __future__ import annotations

from django.db import models


class UsedPuzzle(models.Model):
    """The number of a puzzle that somebody's browser has solved and sent. It tells nothing of whom; it goes when the
    puzzle would have expired anyway."""

    nonce = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.nonce
