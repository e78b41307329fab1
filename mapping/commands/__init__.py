"""Every write: one noun a module, one transaction a write, audited, the revision of the place raised."""
