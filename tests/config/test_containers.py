"""The container files, as far as they can be checked without an engine (none runs where the tests do)."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import yaml

from config.env import BY_NAME

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def test_there_is_every_service_of_a_whole_site():
    assert {"db", "web", "worker", "proxy"} <= set(SERVICES)


def test_the_database_has_a_volume_and_a_health_check():
    assert any(volume.startswith("database:") for volume in SERVICES["db"]["volumes"])
    assert "pg_isready" in " ".join(SERVICES["db"]["healthcheck"]["test"])
    assert SERVICES["web"]["depends_on"]["db"]["condition"] == "service_healthy"


def test_secrets_come_from_files_only():
    for name, service in SERVICES.items():
        for setting in service.get("environment", {}):
            plain = setting.removesuffix("_FILE")
            secret = plain == "POSTGRES_PASSWORD" or (plain in BY_NAME and BY_NAME[plain].secret)
            assert secret == setting.endswith("_FILE"), f"{name}: {setting}"
        for secret in service.get("secrets", []):
            assert secret in COMPOSE["secrets"]


def test_every_setting_that_it_makes_exists():
    for setting in SERVICES["web"]["environment"]:
        name = setting.removesuffix("_FILE")
        assert name in BY_NAME or name == "DJANGO_SETTINGS_MODULE", setting


def test_volumes_and_networks_are_declared():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), volume
        assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_the_proxy_serves_static_files_uploads_basemaps_and_caches_tiles():
    conf = (ROOT / "config" / "docker" / "nginx.conf").read_text(encoding="utf-8")
    for place in ("/static/", "/media/", "/basemap/", "/tiles/"):
        assert f"location {place} {{" in conf
    assert "proxy_cache tiles;" in conf
    assert conf.count("{") == conf.count("}")


def test_images_are_named_without_a_registry():
    names = [service["image"] for service in SERVICES.values()]
    names += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    for name in names:
        assert "." not in name.split("/")[0].split(":")[0], name


def test_what_the_image_copies_is_there():
    for words in re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M):
        for name in words.split():
            assert (ROOT / name).exists(), name


def test_secrets_are_made_once_and_kept(tmp_path):
    script = tmp_path / "config" / "docker" / "make-secrets"
    script.parent.mkdir(parents=True)
    script.write_bytes((ROOT / "config" / "docker" / "make-secrets").read_bytes())
    script.chmod(0o755)
    made = []
    for _ in range(2):
        subprocess.run([script], check=True, capture_output=True, env={"PATH": os.environ["PATH"]})
        folder = tmp_path / "var" / "secrets"
        made.append({name: (folder / name).read_text() for name in ("postgres_password", "database_url", "secret_key")})
    assert made[0] == made[1]
    assert made[0]["postgres_password"].strip() in made[0]["database_url"]
    assert len(made[0]["secret_key"].strip()) >= 50
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def seconds(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(s|m)", text).groups()
    return int(number) * (60 if unit == "m" else 1)


def test_what_ends_by_itself_is_started_again():
    # Whatever its exit status was: a worker that lost its database used to end with 0.
    for name, service in SERVICES.items():
        assert service["restart"] == ("no" if name == "prepare" else "always"), name


def test_there_is_time_to_stop_before_it_is_killed():
    from mapping.jobs.worker import GRACE_SECONDS, PERSIST_SECONDS_STOPPING

    assert seconds(SERVICES["worker"]["stop_grace_period"]) > GRACE_SECONDS + PERSIST_SECONDS_STOPPING + 10
    grace = re.search(r'"--grace", "(\d+)"', (ROOT / "Dockerfile").read_text(encoding="utf-8"))[1]
    assert seconds(SERVICES["web"]["stop_grace_period"]) > int(grace) + 10
    assert seconds(SERVICES["db"]["stop_grace_period"]) >= 60


def test_the_worker_is_ours():
    # procrastinate's own leaves a killed job with its lock for good.
    assert SERVICES["worker"]["command"] == ["python", "manage.py", "worker"]
