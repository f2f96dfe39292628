"""Connections to broker and store, and the names of this installation's databases and consumers."""

from collections.abc import Collection
from dataclasses import dataclass, field
from zlib import crc32

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.namespace import Namespace
from shared.kernel.projection import Projection
from shared.mongo.connect import Document, connect
from shared.service.settings import ServiceSettings
from shared.signing.key_folder import SigningKeys, keys_in


@dataclass(frozen=True)
class Connections:
    """`ordinal` distinguishes processes of the same role; the supervisor assigns it. `public`: the
    client of the public site's own store, where it has one."""

    access: BrokerAccess
    mongo: AsyncMongoClient[Document]
    namespace: Namespace = field(default_factory=Namespace)
    ordinal: int = 0
    public: AsyncMongoClient[Document] | None = None
    keys: SigningKeys = field(kw_only=True)

    def database(self, name: str) -> AsyncDatabase[Document]:
        """Returns the database of a service, or `control`."""
        return self.mongo[self.namespace.database(name)]

    def database_of(self, service: str, projection: Projection) -> AsyncDatabase[Document]:
        """Returns the database of a read model: the service's, or one of the model's own."""
        if projection.database and self.public:
            return self.public[self.namespace.database(projection.database)]
        return self.database(projection.database or service)

    async def close(self) -> None:
        """Ends the connections to the stores."""
        await self.mongo.close()
        if self.public:
            await self.public.close()

    def reactions_consumer(self, service: str) -> str:
        return self.namespace.prefixed(f"{service}-reactions")

    def deliveries_consumer(self, service: str) -> str:
        return self.namespace.prefixed(f"{service}-deliveries")

    def delivery_sender(self, service: str) -> str:
        """The name under which the sender parks deliveries; it reads nothing."""
        return self.namespace.prefixed(f"{service}-sender")

    def projection_consumer(self, service: str, projection: str, generation: int) -> str:
        return self.namespace.prefixed(f"{service}-{projection}-g{generation}")

    def instance(self, group: str, topics: Collection[str]) -> str:
        """Returns the member id, which changes with the topics: the broker returns a known member's
        former partitions without asking for its topics."""
        mark = crc32(",".join(sorted(topics)).encode())
        return f"{group}-{self.ordinal}-{mark:08x}"


def connections_of(settings: ServiceSettings, mongo: AsyncMongoClient[Document]) -> Connections:
    """Raises SigningKeyRefused."""
    return Connections(
        broker_access(settings),
        mongo,
        Namespace(settings.space),
        settings.ordinal,
        connect(settings.site_mongo_url) if settings.site_mongo_url else None,
        keys=keys_in(settings.signing_folder, create=not settings.in_production),
    )


def broker_access(settings: ServiceSettings) -> BrokerAccess:
    password = settings.kafka_password
    return BrokerAccess(
        settings.kafka_bootstrap_servers,
        settings.kafka_username,
        password.get_secret_value() if password else None,
        ca_file=settings.kafka_ca_file,
    )
