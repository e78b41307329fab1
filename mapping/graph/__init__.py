"""The network as arrays: measures, groups, layout, findings. Imports no Django; documented like a library."""
