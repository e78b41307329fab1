"""Do the web processes in this container answer? Asks the health listener, which answers whatever the rest does."""

import os
import urllib.request

port = os.environ.get("HEALTH_PORT") or "8001"
urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=4)
