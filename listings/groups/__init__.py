"""Groups: who belongs to the team of an organisation, how one comes to it and leaves it, and the group's own page."""
