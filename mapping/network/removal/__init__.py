"""What if these closed: the question, what would be lost in words, curves, scenarios, amenities near by."""
