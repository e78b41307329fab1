"""Every write on listings: one transaction a write, audited, the revision of the place raised."""
