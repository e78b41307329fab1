"""Does the web process in this container answer? Asks by the site's own name: others are refused."""

import os
import urllib.request

name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
question = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": name})
urllib.request.urlopen(question, timeout=4)
