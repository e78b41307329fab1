"""Settings: a base that reads the environment, and its variants."""
