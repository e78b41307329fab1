"""The kernel: nodes on a map, the connections between them, and the network that these make."""
