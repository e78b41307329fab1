"""Questions that grow with a place: answered at once while small, else by a job, once per question and revision.

| module | holds |
|---|---|
| `kinds` | every such question: who answers it, what it takes, up to which size it is answered at once |
| `bounds` | how large a place is, and whether a question about it is small enough |
| `question` | what is asked, of which place, by which class of viewers: its key |
| `askers` | who asks, as a digest: how many questions they may have waiting |
| `store` | the answers that are kept: ready, pending or failed, never of an older revision |

A job asks the question again, without bounds (`mapping.jobs.answers`); a view shows the answer, or that it is being
worked out (`mapping.views.answers`).
"""
