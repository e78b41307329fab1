"""Development and the demo: one machine, plain HTTP, the loopback address."""

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS

ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
DEBUG = False
