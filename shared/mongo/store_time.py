"""The time of the store, beside that of this machine."""

from dataclasses import dataclass
from datetime import UTC, timedelta

from pymongo import AsyncMongoClient

from shared.kernel.ports import Now
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document


@dataclass(frozen=True)
class Skew:
    """The store's clock minus this machine's, measured against the middle of request and answer.
    `uncertainty`: half of the time between the two."""

    by: timedelta
    uncertainty: timedelta

    def exceeds(self, limit: timedelta) -> bool:
        """Returns whether the clocks are apart by more than the limit, for certain."""
        return abs(self.by) - self.uncertainty > limit


async def skew_of(client: AsyncMongoClient[Document], real: Now = real_time) -> Skew:
    """Raises PyMongoError."""
    began = real()
    hello = await client.admin.command("hello")
    half = (real() - began) / 2
    return Skew(hello["localTime"].replace(tzinfo=UTC) - (began + half), abs(half))
