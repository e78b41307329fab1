"""What is new for whoever asked to be told: saved questions and their digests."""
