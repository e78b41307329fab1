"""What apps above this one are told of. Sent inside the change itself, so a receiver's writes are part of it."""

from django.dispatch import Signal

# node (its row, locked), reason (str), by_steward (bool), site (str, an address): it is off the map from now on.
unpublished = Signal()
# node: it is on the map again.
put_back = Signal()
