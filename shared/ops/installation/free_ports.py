"""Ports of one run: where a default is taken, a free one; where the operator named one, only
that."""

import json
from collections.abc import Iterator

from shared.ops.base.errors import PortsTaken
from shared.ops.base.ports import ANY, free_port, is_free
from shared.ops.base.settings import CHOSEN, OpsSettings
from shared.ops.base.terminal import tell

PORTS = (
    "mongo_port", "kafka_port", "kafka_controller_port", "api_port", "reactions_port",
    "projections_port", "site_port",
)  # fmt: skip


def with_free_ports(before: OpsSettings) -> OpsSettings:
    """Returns settings with ports that are free, and keeps those that were chosen for the commands
    of this installation. Raises PortsTaken with every port that the operator named and that is
    taken."""
    file = before.data / CHOSEN
    file.unlink(missing_ok=True)
    settings = OpsSettings()
    named = {name: getattr(settings, name) for name in PORTS if name in settings.model_fields_set}
    if taken := {setting_of(name): port for name, port in named.items() if not usable(port)}:
        raise PortsTaken(taken)
    chosen = dict(chosen_in(settings))
    file.write_text(json.dumps(chosen), "utf-8")
    return settings.model_copy(update=chosen)


def chosen_in(settings: OpsSettings) -> Iterator[tuple[str, int]]:
    """Returns (field, port) of every port that is chosen here: of those that may be any, and of
    defaults that are taken, which is said."""
    for name in PORTS:
        port = getattr(settings, name)
        if port == ANY:
            yield name, free_port()
        elif name not in settings.model_fields_set and not is_free(port):
            other = free_port()
            tell(f"端口 {port} 已被占用，改用 {other}（可用 {setting_of(name)} 指定）。")
            yield name, other


def usable(port: int) -> bool:
    return port == ANY or is_free(port)


def setting_of(name: str) -> str:
    return f"DUBAN_{name.upper()}"
