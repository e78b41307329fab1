"""What is on, by day and month, and as files that other calendars read."""
