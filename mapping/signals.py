"""What is told from below to above: to apps above this one, and to the tasks that follow a change."""

from django.dispatch import Signal

# Sent inside the change itself, so a receiver's writes are part of it.
# node (its row, locked), reason (str), by_steward (bool): it is off the map from now on.
unpublished = Signal()
# node: it is on the map again.
put_back = Signal()

# Sent after the commit. places (set of ids): their revisions have been raised.
revision_raised = Signal()
# Opening hours of many nodes are to be worked out; their job is due now, not within the hour.
opening_hours_wanted = Signal()

# answer (its row, pending): a question waits for a job. Sent inside the transaction that wrote the row.
answer_wanted = Signal()
# places (ids): somebody has taken back their consent, so nothing that tells of these places may be kept.
answers_to_forget = Signal()
