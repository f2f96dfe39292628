"""docker-compose.yml as Compose reads it: anchors merged, variables filled in."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from services.disclosure.settings import SiteSettings
from services.portal.settings import PortalSettings
from shared.ops.base.settings import OpsSettings
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.settings import ServiceSettings

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<needed>:\?)|:-)?(?P<default>[^}]*)\}")
TEXT = Path("docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
DUBAN = {name: one for name, one in CONTAINERS.items() if one["image"].startswith("duban:")}
OPERATED = {"prepare", "duban"}
PROCESSES = {name: one for name, one in DUBAN.items() if name not in OPERATED}


def filled(text: Any) -> str:
    """The text with the defaults of its variables, and `given` where Compose demands one."""
    return VARIABLE.sub(lambda found: "given" if found["needed"] else found["default"], str(text))


def asked_for(text: str = TEXT) -> set[str]:
    """The variables that Compose takes from its surroundings."""
    return {found["name"] for found in VARIABLE.finditer(text)}


def known_variables() -> set[str]:
    """Every variable that a process of ours reads."""
    return {
        name
        for settings in (ServiceSettings, OpsSettings, SiteSettings, PortalSettings)
        for field, info in settings.model_fields.items()
        for name in _names(field, info.validation_alias)
    }


def _names(field: str, alias: Any) -> Iterator[str]:
    yield str(alias.choices[0]) if alias else f"DUBAN_{field.upper()}"


def environment_of(container: str) -> dict[str, str]:
    """With what the image says."""
    given: Mapping[str, Any] = CONTAINERS[container].get("environment", {})
    return {**image_environment(), **{name: filled(value) for name, value in given.items()}}


def image_environment() -> dict[str, str]:
    """The variables of the Dockerfile's last stage, which is the image."""
    stage = Path("deploy/Dockerfile").read_text().rpartition("\nFROM ")[2]
    [text] = re.findall(r"^ENV ((?:.*\\\n)*.*)$", stage, re.M)
    pairs = [pair.partition("=") for pair in text.replace("\\\n", " ").split()]
    return {name: value for name, _, value in pairs if name.startswith(("DUBAN_", "KAFKA_"))}


def secrets_of(container: str) -> dict[str, str]:
    """File name under /run/secrets → secret."""
    found = CONTAINERS[container].get("secrets", [])
    return dict((one["target"], one["source"]) if isinstance(one, dict) else (one, one)
                for one in found)  # fmt: skip


def wanted_processes() -> dict[str, tuple[str, str]]:
    """Container → (service, role), from what the services say of themselves."""
    found = {"site": ("site", "site")}
    for service in SERVICES:
        definition = definition_of(service)
        found[f"{service}-api"] = (service, "api")
        found[f"{service}-projections"] = (service, "worker projections")
        if definition.listens or definition.jobs or definition.delivers:
            found[f"{service}-reactions"] = (service, "worker reactions")
    return found
