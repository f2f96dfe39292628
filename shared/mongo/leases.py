"""Leases: who may do something alone for the next seconds, by the database's clock."""

import os
import socket
from itertools import count
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from shared.mongo.connect import Document

SECONDS = 10.0

_numbers = count()
_here: set[str] = set()


class Leases:
    """A lease saves work or keeps names apart; nothing that must not happen twice may rest on it
    alone."""

    def __init__(self, control: AsyncDatabase[Document], seconds: float = SECONDS) -> None:
        self._leases = control.get_collection(
            "leases", write_concern=WriteConcern("majority", wtimeout=5_000)
        )
        self.seconds = seconds
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{next(_numbers)}"
        _here.add(self._owner)

    async def renew(self, *names: str) -> bool:
        """True when all are still ours, until `seconds` from now."""
        ours = {"_id": {"$in": list(names)}, "owner": self._owner}
        renewed = await self._leases.update_many(ours, self._ours())
        return renewed.matched_count == len(names)

    async def take(self, name: str) -> bool:
        """True when it is ours until `seconds` from now: it was free, ours, run out, or its holder
        is dead."""
        if await self.renew(name):
            return True
        free: list[dict[str, Any]] = [
            {"owner": {"$in": await self._dead_owner(name)}},
            {"$expr": {"$lt": ["$until", "$$NOW"]}},
        ]
        ours = self._ours()
        taken = await self._leases.update_one({"_id": name, "$or": free}, ours)
        if taken.matched_count:
            return True
        try:
            await self._leases.update_one({"_id": name, "owner": self._owner}, ours, upsert=True)
        except DuplicateKeyError:  # it exists, and is somebody else's
            return False
        return True

    async def give_back(self, *names: str) -> None:
        await self._leases.delete_many({"_id": {"$in": list(names)}, "owner": self._owner})

    def _ours(self) -> list[dict[str, Any]]:
        until = {"$add": ["$$NOW", int(self.seconds * 1000)]}
        return [{"$set": {"owner": self._owner, "until": until}}]

    async def _dead_owner(self, name: str) -> list[str]:
        found = await self._leases.find_one({"_id": name})
        return [found["owner"]] if found and _is_dead(found["owner"]) else []


def _is_dead(owner: str) -> bool:
    """A process of this machine that is no more, or of this container before it was restarted:
    nobody waits for the dead."""
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(pid) == os.getpid():
        return owner not in _here
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
