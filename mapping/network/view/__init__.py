"""How somebody looks at a network: the state of the view, its address, its labels and its description."""
