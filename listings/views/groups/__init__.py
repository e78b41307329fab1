"""Pages of groups: their own, the team, invitations, claims, nominations."""
