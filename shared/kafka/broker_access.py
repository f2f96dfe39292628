"""Addresses and credentials of the broker, as options of the client libraries."""

import ssl
from dataclasses import dataclass, field
from typing import Any

from shared.kafka.readable_records import read_every_record

read_every_record()  # here, where every client of the bus gets its options

METADATA_AGE_MS = 5_000
"""Clients look again for topics, partitions and leaders: one that came up before its broker knew
the topics would idle for five minutes otherwise."""


@dataclass(frozen=True)
class BrokerAccess:
    """`bootstrap` is `host:port,host:port`; without `username` nothing is authenticated."""

    bootstrap: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    mechanism: str = "SCRAM-SHA-512"
    ca_file: str | None = None

    @property
    def servers(self) -> list[str]:
        return [server.strip() for server in self.bootstrap.split(",")]

    @property
    def protocol(self) -> str:
        transport = "SSL" if self.ca_file else "PLAINTEXT"
        return f"SASL_{transport}" if self.username else transport

    def for_kafka_python(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.servers,
            "security_protocol": self.protocol,
            "ssl_cafile": self.ca_file,
            **self._credentials(),
        }

    def for_aiokafka(self) -> dict[str, Any]:
        context = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else None
        return {
            "bootstrap_servers": self.servers,
            "security_protocol": self.protocol,
            "ssl_context": context,
            "metadata_max_age_ms": METADATA_AGE_MS,
            **self._credentials(),
        }

    def _credentials(self) -> dict[str, Any]:
        if self.username is None:
            return {}
        return {
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }
