"""How two are connected: the question, the answer in words, the path as a diagram."""
