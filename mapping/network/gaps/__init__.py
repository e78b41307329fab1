"""Where a connection may be missing, and why it is suggested."""
