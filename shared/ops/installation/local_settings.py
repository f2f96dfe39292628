"""Where the installation of this machine is: what `duban run` starts, other commands find."""

from pathlib import Path

from shared.ops.base.ports import LOOPBACK
from shared.ops.base.settings import OpsSettings
from shared.service.settings import ServiceSettings


def settings_here() -> ServiceSettings:
    """What is set wins; the rest follows from the ports and the folder that `duban run` uses."""
    given, ours = ServiceSettings(), OpsSettings()
    found: dict[str, str | Path] = {"vault_key_file": key_file_in(ours.data)}
    if ours.mongo_port:
        found["mongo_url"] = f"mongodb://{LOOPBACK}:{ours.mongo_port}/?replicaSet=duban"
    if ours.kafka_port:
        found["kafka_bootstrap_servers"] = f"{LOOPBACK}:{ours.kafka_port}"
    unset = {name: found[name] for name in found.keys() - given.model_fields_set}
    return given.model_copy(update=unset)


def key_file_in(data: Path) -> Path:
    """With the data that it opens: emptying one folder leaves no other one unreadable."""
    return data / "keys" / "vault.key"
