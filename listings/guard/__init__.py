"""What keeps machines and floods out of forms: a trap, a little work, rates. It holds back, and refuses nobody."""
