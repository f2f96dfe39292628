"""Settings of services, read from the environment, `.env` and secret files."""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "duban development secret, never for production"
SECRETS = Path("/run/secrets")


class ServiceSettings(BaseSettings):
    """Secrets may also be files of the same name in /run/secrets."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_",
        env_file=".env",
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses default secrets, HS256 and missing keys"
    )
    space: str = Field(
        "duban", pattern=r"^[a-z][a-z0-9]{0,20}$", description="prefix of all databases and topics"
    )
    mongo_url: str = Field(
        "mongodb://127.0.0.1:27117/?replicaSet=duban",
        validation_alias=AliasChoices("MONGO_URL", "mongo_url"),
        description="a replica set; the log is written with w=majority",
    )
    site_mongo_url: str | None = Field(
        None,
        description="the public site's own store; without it MONGO_URL has the site's database",
    )
    audit_mongo_url: str | None = Field(
        None,
        description="the audit trail's own account; without it the service's (development only)",
    )
    kafka_bootstrap_servers: str = Field(
        "127.0.0.1:29092",
        validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS", "kafka_bootstrap_servers"),
        description="brokers, separated by commas",
    )
    kafka_username: str | None = Field(None, description="SCRAM user of this process")
    kafka_password: SecretStr | None = Field(None, description="its password")
    private_network: bool = Field(
        False,
        description="true: store and bus are reached on an isolated network of one machine, so "
        "that production needs no TLS to them (docker-compose.yml)",
    )
    kafka_ca_file: str | None = Field(None, description="CA of the brokers; turns TLS on")

    host: str = Field("127.0.0.1", description="where the API listens")
    port: int = Field(8000, description="the API's port")
    hosts: str = Field(
        "",
        description="names by which the API is reached, separated by commas; needed in production",
    )
    proxies: str = Field(
        "",
        description="addresses or networks of reverse proxies, separated by commas: their "
        "X-Forwarded-For names the caller",
    )
    source_rate: float = Field(
        400.0,
        ge=0,
        description="requests per second from one address, ten seconds' worth at once; 0: any "
        "number, for a server behind a proxy that bounds them itself",
    )
    health_port: int | None = Field(
        None,
        description="port for health and metrics; without it the API's own, for a worker 8100",
    )
    ordinal: int = Field(0, description="number of this process among workers of the same role")

    policies: Path = Field(
        Path("deploy/policies"), description="folder of policies and access rows"
    )
    vault_key_file: Path = Field(
        Path(".duban/keys/vault.key"),
        description="master keys that wrap the data keys; keep it out of every backup",
    )

    clamd: str = Field(
        "",
        pattern=r"^([^\s/]+:[0-9]{1,5})?$",
        description="host:port of clamd, which looks for viruses in attachments; production takes "
        "none without it",
    )
    signing_keys: Path | None = Field(
        None,
        description="folder of the key ring and of the private keys that this process signs with; "
        "by default `signing` beside the vault's key",
    )

    jwt_secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="HS256 secret, development only"
    )
    jwks: str | None = Field(None, description="file or URL of the key set; needed in production")
    jwt_issuer: str = Field("duban-development", description="iss that tokens must have")
    jwt_audience: str = Field("duban", description="aud that tokens must have")
    gateway: dict[str, str] = Field(
        {}, description='addresses of services in other processes, {"intake": "http://…"}'
    )
    people_file: Path | None = Field(
        None, description="people to try the APIs as, shown on /docs (development only)"
    )
    bootstrap_admin: str | None = Field(
        None,
        description="enters the organisation until it has administrators (development: p-admin)",
    )

    clock: Literal["real", "simulated"] = Field(
        "real", description="simulated: for plays and tests"
    )
    clock_base: datetime | None = Field(None, description="where simulated time begins")
    clock_rate: float = Field(1.0, description="simulated seconds in a real second")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for network in _listed(value):
            ip_network(network)
        return value

    @property
    def worker_port(self) -> int:
        return self.health_port or 8100

    @property
    def signing_folder(self) -> Path:
        return self.signing_keys or self.vault_key_file.parent / "signing"

    @property
    def in_production(self) -> bool:
        return self.environment == "production"

    @property
    def first_administrator(self) -> str | None:
        return self.bootstrap_admin or (None if self.in_production else "p-admin")

    @property
    def scanner_at(self) -> str | None:
        """The address of the scanner of files; empty: there is none, None: no file is taken."""
        return self.clamd or (None if self.in_production else "")

    @property
    def host_names(self) -> frozenset[str]:
        return frozenset(name.lower() for name in _listed(self.hosts))

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(network) for network in _listed(self.proxies))

    def database(self, name: str) -> str:
        return f"{self.space}_{name}"


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
