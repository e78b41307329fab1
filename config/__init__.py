"""The site as a whole: settings, security, the web server, static files, and what `make` runs."""
