"""`python -m shared.service.processes.main api | worker reactions | worker projections | site`."""

import argparse
import asyncio
import gc
import importlib
import sys
from collections.abc import Sequence

from shared.service.config.errors import EXIT_CODE, StartRefused
from shared.service.definition import ServiceDefinition
from shared.service.observability.logging import log_to_stderr
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.settings import ServiceSettings

ROLES = {
    "api": ("shared.service.processes.api", "serve_api"),
    "worker reactions": ("shared.service.processes.reactions", "serve_reactions"),
    "worker projections": ("shared.service.processes.projections", "serve_projections"),
    "site": ("shared.service.processes.site", "serve_site"),
}
"""Each is imported only where it runs: an API never loads what consumers need. The site knows no
service."""


def run(role: str, definitions: Sequence[ServiceDefinition], settings: ServiceSettings) -> None:
    """Exit code 78 with one sentence where the process must not start."""
    log_to_stderr(settings.log_level, role)
    module, function = ROLES[role]
    process = getattr(importlib.import_module(module), function)
    gc.freeze()  # modules live as long as the process: a collection need not walk through them
    try:
        asyncio.run(process(settings, definitions))
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - the operator's answer, not a log line
        sys.exit(EXIT_CODE)


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", nargs="+", help=" | ".join(ROLES))
    parser.add_argument("--services", default=",".join(SERVICES), help="a,b,… (default: all)")
    found = parser.parse_args(arguments)
    found.role = " ".join(found.role)
    if found.role not in ROLES:
        parser.error(f"one of: {', '.join(ROLES)}")
    return found


def main() -> None:
    asked = _parsed(sys.argv[1:])
    names = [name for name in asked.services.split(",") if name]
    definitions = [] if asked.role == "site" else [definition_of(name) for name in names]
    run(asked.role, definitions, ServiceSettings())


if __name__ == "__main__":
    main()
