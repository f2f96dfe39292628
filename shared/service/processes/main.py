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
from shared.service.processes.open_files import allow_open_files
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.settings import ServiceSettings

ROLES = {
    "api": ("shared.service.processes.api", "serve_api"),
    "worker reactions": ("shared.service.processes.reactions", "serve_reactions"),
    "worker projections": ("shared.service.processes.projections", "serve_projections"),
    "site": ("shared.service.processes.site", "serve_site"),
}
"""Module and function by role, imported only where the role runs: an API loads no consumer."""


def run(role: str, definitions: Sequence[ServiceDefinition], settings: ServiceSettings) -> None:
    """Runs the role until SIGTERM; exits with code 78 and one sentence after StartRefused."""
    log_to_stderr(settings.log_level, role)
    allow_open_files()
    module, function = ROLES[role]
    process = getattr(importlib.import_module(module), function)
    gc.freeze()  # modules live as long as the process: no collection needs to walk through them
    try:
        asyncio.run(process(settings, definitions))
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - the operator's answer, not a log line
        sys.exit(EXIT_CODE)


def arguments_of(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", nargs="+", help=" | ".join(ROLES))
    parser.add_argument("--services", default=",".join(SERVICES), help="a,b,… (default: all)")
    parsed = parser.parse_args(arguments)
    parsed.role = " ".join(parsed.role)
    if parsed.role not in ROLES:
        parser.error(f"one of: {', '.join(ROLES)}")
    return parsed


def main() -> None:
    arguments = arguments_of(sys.argv[1:])
    names = [name for name in arguments.services.split(",") if name]
    definitions = [] if arguments.role == "site" else [definition_of(name) for name in names]
    run(arguments.role, definitions, ServiceSettings())


if __name__ == "__main__":
    main()
