"""Groups and who speaks for them: teams, invitations, claims, nominations, a group's own page and export."""
