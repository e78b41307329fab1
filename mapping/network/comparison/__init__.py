"""A place beside places like it: a table, and what it says in sentences."""
