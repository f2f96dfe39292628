"""Settings of one machine: folders, ports, and the MongoDB and Kafka to use."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Sample = Literal["year", "small", "none"]
Port = Annotated[int, Field(ge=0, le=65_535)]


DATA = Path(".duban")
CHOSEN = "ports.json"
"""File in the data folder: the ports that `make run` has chosen, where the operator named none."""


def chosen_in(data: Path) -> dict[str, Any]:
    """Returns the ports by name; none where the file is missing or damaged."""
    try:
        found = json.loads((data / CHOSEN).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    ports = found.items() if isinstance(found, dict) else ()
    return {name: port for name, port in ports if isinstance(port, int)}


class OpsSettings(BaseSettings):
    """Settings of one machine under `make run`."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    data: Path = Field(DATA, description="all that this installation keeps")
    cache: Path | None = Field(None, description="downloads, shared by several checkouts")
    maven_repository: str | None = Field(None, description="a mirror to fetch the broker from")
    sample: Sample = Field("year", description="played through the APIs: year, small or none")

    mongo_url: str | None = Field(
        None,
        validation_alias=AliasChoices("MONGO_URL", "mongo_url"),
        description="a replica set of your own; without it one is started",
    )
    mongo_port: Port = Field(27117, description="of the MongoDB that is started; 0 = any free")
    mongo_cache_gb: float = Field(0.5, description="its cache")

    kafka_bootstrap_servers: str | None = Field(
        None,
        validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS", "kafka_bootstrap_servers"),
        description="a broker of your own; without it one is started",
    )
    kafka_port: Port = Field(29092, description="of the broker that is started")
    kafka_controller_port: Port = Field(29093, description="where its controller listens")
    kafka_memory_mb: int = Field(384, description="its Java heap")
    kafka_quick_start: bool = Field(False, description="ready sooner, slower under load: for tests")

    api_port: Port = Field(8000, description="of the API process under `make run`")
    reactions_port: Port = Field(8100, description="health and metrics of all reactions")
    projections_port: Port = Field(8101, description="health and metrics of all projections")
    site_port: Port = Field(8080, description="of the public site")

    @model_validator(mode="before")
    @classmethod
    def with_chosen_ports(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Adds the ports that the running installation has chosen, so that every command finds it:
        where none is named, and where any (0) is. The file is read once, so that all ports are of
        one start."""
        chosen = chosen_in(Path(fields.get("data", DATA)))
        named = {name: port for name, port in fields.items() if str(port) != "0"}
        return {**fields, **chosen, **named}

    @property
    def downloads(self) -> Path:
        return self.cache or self.data / "cache"

    @property
    def people(self) -> Path:
        """Returns the file of the people of a sample that is played."""
        return self.data / "people.json"

    @property
    def logs(self) -> Path:
        return self.data / "logs"
