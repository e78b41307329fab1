"""Pages of taking part: booking, signing up, the list of a group, telling us what is missing."""
