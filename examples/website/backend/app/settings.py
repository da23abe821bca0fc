"""What the environment decides. Every value has a default that suits the Compose file."""

import os
from pathlib import Path

REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/0")

# While this file exists, nginx answers 503 (see nginx/site.conf).
MAINTENANCE_FILE = Path(os.environ.get("MAINTENANCE_FILE", "/app/backend/maintenance/on"))

# Lets anybody who reaches the site make it misbehave: for demonstrations and tests only.
SWITCHES_ENABLED = os.environ.get("SITE_SWITCHES", "off") == "on"
