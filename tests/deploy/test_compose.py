"""The compose file says what Compose, our settings and our command line understand."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy.make_secrets import contents
from shared.ops.cli.app import MODULES
from shared.ops.embedded.containers import KAFKA_IMAGE, MONGO_IMAGE
from shared.service.config.production_checks import check_settings
from shared.service.processes.main import arguments_of
from shared.service.settings import ServiceSettings
from tests.deploy.composition import (
    COMPOSE,
    CONTAINERS,
    DUBAN,
    OPERATED,
    PROCESSES,
    asked_for,
    environment_of,
    filled,
    known_variables,
    secrets_of,
    wanted_processes,
)

PINNED = re.compile(r"^[a-z0-9./-]+:v?\d+\.\d+\.\d+(-[a-z0-9.-]+)?(@sha256:[0-9a-f]{64})?$")
COMPOSE_ONLY = {
    "DUBAN_BIND", "DUBAN_HOST_NAME", "DUBAN_PROMETHEUS_PORT", "DUBAN_GRAFANA_PORT",
    "DUBAN_KAFKA_CLUSTER_ID",
}  # fmt: skip
STORES = ("mongo", "site-mongo")
OTHERS = ("KAFKA_", "MONGO_INITDB_", "GF_", "LOG_DIR", "HOME")
LISTENS = {
    "kafka": 9092, "mongo": 27017, "site-mongo": 27017, "prometheus": 9090, "grafana": 3000,
    "clamd": 3310,
}  # fmt: skip
FETCHES = {"clamd"}
"""Reaches the outside and is not reached from there."""


def schema() -> dict[str, Any]:
    """Compose's own, out of the package that ships it."""
    found = importlib.util.find_spec("check_jsonschema")
    assert found
    folder = Path((found.submodule_search_locations or [])[0])
    text = (folder / "builtin_schemas/vendor/compose-spec.json").read_text()
    return dict(json.loads(text))


def port_of(container: str, setting: str = "DUBAN_HEALTH_PORT") -> int:
    return LISTENS.get(container) or int(environment_of(container)[setting])


def test_compose_understands_it() -> None:
    jsonschema.validate(COMPOSE, schema())


def test_a_file_that_compose_does_not_understand_is_found() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"services": {"a": {"imagee": "b"}}}, schema())


@pytest.mark.parametrize("container", DUBAN)
def test_every_variable_is_a_setting(container: str) -> None:
    assert set(CONTAINERS[container]["environment"]) <= known_variables()


@pytest.mark.parametrize("container", sorted(set(CONTAINERS) - set(DUBAN) - {"prometheus"}))
def test_variables_of_other_images_are_theirs_or_used_by_our_start(container: str) -> None:
    start = Path(f"deploy/{container.removeprefix('site-')}/start.sh")
    script = start.read_text() if start.exists() else ""
    for name in CONTAINERS[container].get("environment", {}):
        assert name.startswith(OTHERS) or f"${name}" in script, name


def test_what_compose_asks_for_is_a_setting_or_described_to_operators() -> None:
    page = Path("docs/operations/README.md").read_text()
    assert asked_for() - known_variables() == COMPOSE_ONLY
    assert {name for name in COMPOSE_ONLY if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("container", DUBAN)
def test_a_process_starts_with_what_it_is_given(
    container: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its variables and its secrets, read by the settings as in the container."""
    written = dict(contents(tmp_path, "mongo:27017"))
    folder = tmp_path / "secrets"
    folder.mkdir()
    for file, secret in secrets_of(container).items():
        (folder / file).write_text(written.get(secret, "{}"))
    for name, value in environment_of(container).items():
        monkeypatch.setenv(name, value)
    settings = ServiceSettings(_env_file=None, _secrets_dir=folder)
    account = environment_of(container).get("DUBAN_KAFKA_USERNAME", "site")
    check_settings(settings, bus=account != "site")
    assert settings.mongo_url == written[f"{account}_mongo_url"]
    if account != "site":
        assert settings.kafka_password is not None
        assert settings.kafka_password.get_secret_value() == written[f"{account}_kafka_password"]


def test_every_process_of_every_service_is_there_with_an_account_of_its_own() -> None:
    wanted = wanted_processes()
    assert set(PROCESSES) == set(wanted)
    for container, (service, role) in wanted.items():
        asked = arguments_of([str(word) for word in PROCESSES[container]["command"][2:]])
        assert asked.role == role
        assert service in ("site", asked.services)
        assert secrets_of(container)["mongo_url"] == f"{service}_mongo_url"
        user = environment_of(container).get("DUBAN_KAFKA_USERNAME", "site")
        assert user == service


@pytest.mark.parametrize("container", sorted(OPERATED))
def test_what_operators_run_is_a_command(container: str) -> None:
    assert CONTAINERS[container]["entrypoint"] == ["duban"]
    assert set(CONTAINERS[container]["command"]) <= set(MODULES)


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_image_is_pinned(container: str) -> None:
    assert PINNED.match(CONTAINERS[container]["image"])


def test_tests_start_the_store_and_the_broker_that_are_deployed() -> None:
    assert CONTAINERS["mongo"]["image"] == MONGO_IMAGE
    assert CONTAINERS["kafka"]["image"] == KAFKA_IMAGE


def test_no_store_has_a_known_leak() -> None:
    """Before 8.0.17 anybody could read the memory of mongod without a login (CVE-2025-14847)."""
    for container in STORES:
        version = CONTAINERS[container]["image"].removeprefix("mongo:").partition("@")[0]
        assert tuple(map(int, version.split("."))) >= (8, 0, 17)


def test_what_operators_ask_prepares_nothing() -> None:
    assert CONTAINERS["duban"]["depends_on"] == []


@pytest.mark.parametrize("container", CONTAINERS)
def test_nobody_may_do_more_than_he_must(container: str) -> None:
    one = CONTAINERS[container]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in one["security_opt"]
    assert int(one["user"].split(":")[0]) > 0
    assert not {"privileged", "cap_add", "devices"} & set(one)


@pytest.mark.parametrize("container", sorted(set(CONTAINERS) - OPERATED))
def test_everybody_is_asked_for_his_health_where_he_listens(container: str) -> None:
    test = " ".join(CONTAINERS[container]["healthcheck"]["test"])
    assert re.findall(r"127\.0\.0\.1[:/](\d+)", test) == [str(port_of(container))]
    if container in PROCESSES:
        assert "/readyz" in test


@pytest.mark.parametrize("container", CONTAINERS)
def test_published_ports_lead_to_a_listener_and_to_this_machine_only(container: str) -> None:
    one = CONTAINERS[container]
    published = [filled(port).split(":") for port in one.get("ports", [])]
    assert bool(published) == ("outside" in one["networks"] and container not in FETCHES)
    for address, _, inner in published:
        assert (address, int(inner)) == ("127.0.0.1", port_of(container, "DUBAN_PORT"))


@pytest.mark.parametrize("container", PROCESSES)
def test_health_and_metrics_are_not_on_the_port_that_is_published(container: str) -> None:
    assert port_of(container) != port_of(container, "DUBAN_PORT")


def test_what_is_inside_reaches_nothing_outside() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert COMPOSE["networks"]["public"]["internal"] is True


def test_the_public_site_reaches_its_own_store_alone() -> None:
    """A breach of the site finds no log, no vault and no bus in its networks."""
    near = {
        name: set(one["networks"])
        for name, one in CONTAINERS.items()
        if "public" in one["networks"]
    }
    assert near["site"] == {"public", "outside"}
    assert near["site-mongo"] == {"public"}
    writers = set(near) - {"site", "site-mongo", "prometheus", *OPERATED}
    assert writers == {"disclosure-projections"}
    for container in (*writers, *OPERATED):
        assert secrets_of(container)["duban_site_mongo_url"].endswith("_site_mongo_url")


def test_every_secret_is_made_and_used_and_lies_in_a_file(tmp_path: Path) -> None:
    made = {name for name, _ in contents(tmp_path, "mongo:27017")} | {"jwks.json"}
    used = {secret for container in CONTAINERS for secret in secrets_of(container).values()}
    files = {name: one["file"] for name, one in COMPOSE["secrets"].items()}
    assert used == set(files) == made
    assert all(path == f"./deploy/secrets/{name}" for name, path in files.items())


def test_no_password_stands_in_the_file() -> None:
    for container in CONTAINERS:
        for name, value in CONTAINERS[container].get("environment", {}).items():
            secret = re.search(r"PASSWORD|SECRET|MONGO_URL", name)
            assert not secret or (name.endswith("FILE") and value.startswith("/run/secrets/"))


@pytest.mark.parametrize("container", CONTAINERS)
def test_what_is_mounted_exists(container: str) -> None:
    for volume in CONTAINERS[container].get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("."):
            assert Path(source).exists()
            assert volume.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]


def test_prometheus_asks_every_process_and_nobody_else() -> None:
    config = yaml.safe_load(Path("deploy/prometheus/prometheus.yml").read_text())
    asked = {
        target: job["job_name"]
        for job in config["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    }
    assert asked.pop("localhost:9090") == "prometheus"
    roles = {"api": "api", "worker reactions": "reactions", "worker projections": "projections"}
    wanted = {
        f"{name}:{port_of(name)}": f"duban-{roles.get(role, role)}"
        for name, (_, role) in wanted_processes().items()
    }
    assert asked == wanted


def test_the_gateway_knows_where_every_other_service_is() -> None:
    gateway = json.loads(environment_of("portal-api")["DUBAN_GATEWAY"])
    apis = {service for service, role in wanted_processes().values() if role == "api"}
    assert gateway == {name: f"http://{name}-api:8000" for name in apis - {"portal"}}
