"""From what somebody types or chooses to a page of results."""
