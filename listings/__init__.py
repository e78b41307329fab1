"""What happens and who does it: listings, groups, posting, and moderation."""
