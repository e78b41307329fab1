"""A network in words: everything that its picture says, in sentences that are true for none, one and many.

    Words(payload).sections()          # what there is to say, each with how it was worked out

One module for each noun that there is something to say of; `phrases` is how all of them write.
"""

from .phrases import counted, url_of
from .report import Words
from .section import Section

__all__ = ["Section", "Words", "counted", "url_of"]
