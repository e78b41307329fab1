"""Django's own admin, for whoever runs the site: every record, audited."""

from . import background, connections, nodes, opening_hours

__all__ = ["background", "connections", "nodes", "opening_hours"]
