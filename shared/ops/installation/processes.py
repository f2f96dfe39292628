"""Processes of one installation on one machine, with the addresses for people."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from shared.ops.base.ports import LOOPBACK, claim
from shared.ops.base.settings import OpsSettings
from shared.ops.supervision.child import Child

SERVE = (sys.executable, "-m", "shared.service.processes.main")


@dataclass(frozen=True)
class Address:
    what: str
    url: str


@dataclass(frozen=True)
class Installation:
    children: tuple[Child, ...]
    addresses: tuple[Address, ...]
    api: str


def installation(settings: OpsSettings, parts: Mapping[str, str]) -> Installation:
    """Returns the processes; `parts` are the variables that tell each where the store and the
    broker are."""
    api = claim(settings.api_port, "DUBAN_API_PORT")
    site = claim(settings.site_port, "DUBAN_SITE_PORT")
    reactions = claim(settings.reactions_port, "DUBAN_REACTIONS_PORT")
    projections = claim(settings.projections_port, "DUBAN_PROJECTIONS_PORT")
    return Installation(
        children=(
            process("api", ("api",), parts, api),
            process("reactions", ("worker", "reactions"), parts, reactions),
            process("projections", ("worker", "projections"), parts, projections),
            process("site", ("site",), parts, site),
        ),
        api=url(api),
        addresses=(
            Address("接口文档 API", f"{url(api)}/docs"),
            Address("公开网站 public site", url(site)),
            *(
                Address(f"指标 metrics ({port})", f"{url(port)}/metrics")
                for port in (api, reactions, projections, site)
            ),
        ),
    )


def process(name: str, role: tuple[str, ...], parts: Mapping[str, str], port: int) -> Child:
    environment = {**parts, "DUBAN_PORT": str(port), "DUBAN_HEALTH_PORT": str(port)}
    return Child(name, (*SERVE, *role), environment, ready_url=f"{url(port)}/readyz")


def url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
