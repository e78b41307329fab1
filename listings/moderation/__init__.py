"""What waits for stewards, and what they decide: proposals, flags, claims, the queue."""
