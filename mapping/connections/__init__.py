"""What is known of one connection, and how it is said: evidence and sentences."""
