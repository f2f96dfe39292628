"""Settings of the installation on this machine: commands find the parts that `duban run` starts."""

from pathlib import Path

from shared.ops.base.ports import LOOPBACK
from shared.ops.base.settings import OpsSettings
from shared.service.settings import ServiceSettings


def settings_here() -> ServiceSettings:
    """Returns the settings: explicit ones win, the rest follows from the ports and the folder of
    `duban run`."""
    given, local = ServiceSettings(), OpsSettings()
    derived: dict[str, str | Path] = {"vault_key_file": key_file_in(local.data)}
    if local.mongo_port:
        derived["mongo_url"] = f"mongodb://{LOOPBACK}:{local.mongo_port}/?replicaSet=duban"
    if local.kafka_port:
        derived["kafka_bootstrap_servers"] = f"{LOOPBACK}:{local.kafka_port}"
    unset = {name: derived[name] for name in derived.keys() - given.model_fields_set}
    return given.model_copy(update=unset)


def key_file_in(data: Path) -> Path:
    """Returns the key file beside the data that it opens: emptying one folder leaves no other
    one unreadable."""
    return data / "keys" / "vault.key"
