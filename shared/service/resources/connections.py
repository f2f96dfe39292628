"""What everything that runs in a process stands on: the broker, the store, the names of this
installation."""

from collections.abc import Collection
from dataclasses import dataclass, field
from zlib import crc32

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from shared.kafka.access import BrokerAccess
from shared.kafka.space import Space
from shared.kernel.projection import Projection
from shared.mongo.connect import Document


@dataclass(frozen=True)
class Ground:
    """`ordinal` tells processes with the same role apart; the supervisor gives it."""

    access: BrokerAccess
    mongo: AsyncMongoClient[Document]
    space: Space = field(default_factory=Space)
    ordinal: int = 0

    def database(self, name: str) -> AsyncDatabase[Document]:
        """A service's, or `control`."""
        return self.mongo[self.space.database(name)]

    def database_of(self, service: str, projection: Projection) -> AsyncDatabase[Document]:
        return self.database(projection.database or service)

    def reactions_group(self, service: str) -> str:
        return self.space.group(f"{service}-reactions")

    def projection_group(self, service: str, projection: str, generation: int) -> str:
        return self.space.group(f"{service}-{projection}-g{generation}")

    def instance(self, group: str, topics: Collection[str]) -> str:
        """Another one for other topics: the broker gives a member that comes back under its old id
        its old partitions, and never asks which topics it wants now."""
        mark = crc32(",".join(sorted(topics)).encode())
        return f"{group}-{self.ordinal}-{mark:08x}"
