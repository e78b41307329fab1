"""Who may see and do what, and the record of how that was changed."""
