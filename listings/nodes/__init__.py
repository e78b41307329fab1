"""What the kernel asks of a listing: the sections of its page, its card, its linked data, what listings share."""
