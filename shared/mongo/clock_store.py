"""The clock shared by all processes: one document, replaced only by its next version."""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from shared.kernel.clock import NEVER_SET, ClockMode, ClockSetting
from shared.kernel.ports import Now
from shared.mongo.connect import Document
from shared.version import VERSION

CLOCK = "clock"
ALIVE_MS = 5_000
"""After this time without a sign of life, a follower is not waited for."""
DEAD_MS = 3_600_000
"""After this time its name is deleted; no other process will ever have it."""

Transition = Callable[[ClockSetting, datetime], ClockSetting]


def real_time() -> datetime:
    """Returns the machine's time in UTC."""
    return datetime.now(UTC)


def control_of(namespace: str) -> str:
    """Returns the name of the database that all services share."""
    return f"{namespace}_control"


class ClockStore:
    """Reads and changes the clock; all methods raise PyMongoError."""

    def __init__(self, control: AsyncDatabase[Document], real: Now = real_time) -> None:
        sure = control.with_options(
            codec_options=control.codec_options.with_options(tz_aware=True, tzinfo=UTC),
            read_preference=ReadPreference.PRIMARY,
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern(w="majority", j=True),
        )
        self._client = control.client
        self._clock, self._followers, self._real = sure["clock"], sure["followers"], real

    async def open(
        self, mode: ClockMode, base: datetime | None = None, rate: float = 1.0
    ) -> ClockSetting:
        """Sets the mode and returns the setting; any number of processes may do it at once.

        `base` is the start of simulated time in a new installation (None: now). Raises
        RuleViolated (`clock-forward-only`, `clock-pace`).
        """
        if mode == "real":
            return await self._change(lambda old, real: old.real_from(real))
        return await self._change(lambda old, real: old.simulated_from(real, base or real, rate))

    async def move(self, to: datetime | None = None, rate: float | None = None) -> ClockSetting:
        """Sets simulated time to `to` and its pace to `rate`.

        Raises RuleViolated: `clock-is-real`, `clock-forward-only`, `clock-pace`.
        """
        return await self._change(lambda old, real: old.moved(real, to, rate))

    async def read(self, session: AsyncClientSession | None = None) -> ClockSetting:
        """Returns the setting that a majority has."""
        stored = await self._clock.find_one({"_id": CLOCK}, session=session)
        if stored is None:
            return NEVER_SET
        return ClockSetting(**{name: value for name, value in stored.items() if name != "_id"})

    async def now(self) -> datetime:
        """Returns business time."""
        return (await self.read()).at(self._real())

    async def changes(self) -> AsyncGenerator[ClockSetting, None]:
        """Yields the setting, and again after each change; may end at any time, then call again.

        The stream starts at a moment that the session has seen, and the session's next read waits
        for that moment. Opened without it, mongod starts after the last write that it has applied:
        one that no majority had yet would be neither in the stream nor in the read.
        """
        async with self._client.start_session(causal_consistency=True) as session:
            await self.read(session)
            seen = session.operation_time
            async with await self._clock.watch(
                max_await_time_ms=1_000, start_at_operation_time=seen, session=session
            ) as stream:
                yield await self.read(session)
                async for _ in stream:
                    yield await self.read(session)

    async def follow(self, follower: str, version: int) -> None:
        """Records that a process keeps the time of this version; call again while it runs."""
        await self._followers.update_one(
            {"_id": follower},
            {"$set": {"version": version, "release": VERSION}, "$currentDate": {"seen_at": True}},
            upsert=True,
        )

    async def leave(self, follower: str) -> None:
        """Removes a process that ends."""
        await self._followers.delete_one({"_id": follower})

    async def forget_the_dead(self) -> None:
        """Removes processes that were killed and could not leave."""
        await self._followers.delete_many({"$expr": {"$lt": ["$seen_at", _ago(DEAD_MS)]}})

    async def processes(self, most: int) -> list[Document]:
        """Returns processes by name, `most` of them: with `release` of the code, the `version` of
        the clock, and `silent` seconds since the last sign of life."""
        silent = {"$divide": [{"$subtract": ["$$NOW", "$seen_at"]}, 1000]}
        fields = {"version": 1, "release": {"$ifNull": ["$release", ""]}, "silent": silent}
        found = await self._followers.aggregate(
            [{"$sort": {"_id": 1}}, {"$limit": most}, {"$project": fields}]
        )
        return await found.to_list()

    async def lagging(self, version: int) -> list[str]:
        """Returns the running processes that still keep the time of an older version."""
        behind = {"version": {"$lt": version}, "$expr": {"$gt": ["$seen_at", _ago(ALIVE_MS)]}}
        return sorted([follower["_id"] async for follower in self._followers.find(behind)])

    async def _change(self, transition: Transition) -> ClockSetting:
        while True:
            old = await self.read()
            new = transition(old, self._real())
            if new is old or await self._replaced(old, new):
                return new

    async def _replaced(self, old: ClockSetting, new: ClockSetting) -> bool:
        """Returns False when another process was first: the transition is computed again."""
        if old.version == 0:
            try:
                await self._clock.insert_one({"_id": CLOCK, **vars(new)})
            except DuplicateKeyError:
                return False
            return True
        same = {"_id": CLOCK, "version": old.version}
        return (await self._clock.replace_one(same, dict(vars(new)))).modified_count == 1


def _ago(milliseconds: int) -> Document:
    return {"$subtract": ["$$NOW", milliseconds]}
