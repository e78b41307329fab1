"""What answers an address: request in, response out. What is said is worked out in the other rooms."""
