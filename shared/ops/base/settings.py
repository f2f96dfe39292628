"""Settings of one machine: folders, ports, and the MongoDB and Kafka to use."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

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


class ChosenPorts(PydanticBaseSettingsSource):
    """Source of the chosen ports, so that every command finds the running installation."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        return chosen_in(Path(self.current_state.get("data", DATA)))


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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, ChosenPorts(settings_cls)

    @model_validator(mode="before")
    @classmethod
    def any_is_the_chosen_one(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """A port that may be any (0) is the one that the running installation has chosen."""
        chosen = chosen_in(Path(fields.get("data", DATA)))
        any_ = {name for name, port in fields.items() if name in chosen and str(port) == "0"}
        return {**fields, **{name: chosen[name] for name in any_}}

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
