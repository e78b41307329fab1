"""What answers an address of listings: request in, response out."""
