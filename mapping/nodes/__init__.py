"""One node: its card, its facts, its opening hours, whether it is the same as another."""
