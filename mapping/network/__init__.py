"""The network of a place as a viewer may see it: read, measured, kept, shown, and put into words."""
