"""Every page and every form at once: what is refused, what is asked of the database, what letters lead to."""
