"""The pictures of a network that the server draws as SVG."""
