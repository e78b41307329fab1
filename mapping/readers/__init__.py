"""Readers parse files that other people wrote. They never write, and import no Django model.

Each reader streams: it yields rows (or :class:`~mapping.readers.errors.Reject`) one by one and
raises :class:`~mapping.readers.errors.ReadError` when the file as a whole cannot be used.
"""
