"""Template tags: results of a search, figures of the network, what people wrote, what is shared of a page."""
