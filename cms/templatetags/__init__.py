"""What templates of the admin say beside what their views give them."""
