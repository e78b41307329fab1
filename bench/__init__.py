"""Benchmarks: the figures of docs/benchmarks.md, measured beside their peers. Run `python -m bench`."""
