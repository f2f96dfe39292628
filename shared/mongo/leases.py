"""Leases: exclusive use of a name for some seconds, by the database's clock."""

import os
import socket
from itertools import count
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from shared.mongo.connect import Document

LEASE_SECONDS = 10.0

_numbers = count()
_owners_here: set[str] = set()


class Leases:
    """Leases of one owner; its methods raise PyMongoError.

    A lease saves work or keeps names apart. It is no guard: a holder that stood still goes on after
    its end.
    """

    def __init__(self, control: AsyncDatabase[Document], seconds: float = LEASE_SECONDS) -> None:
        self._leases = control.get_collection(
            "leases", write_concern=WriteConcern("majority", wtimeout=5_000)
        )
        self.seconds = seconds
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{next(_numbers)}"
        _owners_here.add(self._owner)

    async def renew(self, *names: str) -> bool:
        """Extends own leases to `seconds` from now; returns False where one of them is lost."""
        own = {"_id": {"$in": list(names)}, "owner": self._owner}
        renewed = await self._leases.update_many(own, self._lease())
        return renewed.matched_count == len(names)

    async def take(self, name: str) -> bool:
        """Takes or renews a lease until `seconds` from now; returns False while another owner that
        is alive has it."""
        if await self.renew(name):
            return True
        free: list[dict[str, Any]] = [
            {"owner": {"$in": await self._dead_owner(name)}},
            {"$expr": {"$lt": ["$until", "$$NOW"]}},
        ]
        lease = self._lease()
        taken = await self._leases.update_one({"_id": name, "$or": free}, lease)
        if taken.matched_count:
            return True
        try:
            await self._leases.update_one({"_id": name, "owner": self._owner}, lease, upsert=True)
        except DuplicateKeyError:  # another owner has it
            return False
        return True

    async def give_back(self, *names: str) -> None:
        """Ends own leases."""
        await self._leases.delete_many({"_id": {"$in": list(names)}, "owner": self._owner})

    def _lease(self) -> list[dict[str, Any]]:
        until = {"$add": ["$$NOW", int(self.seconds * 1000)]}
        return [{"$set": {"owner": self._owner, "until": until}}]

    async def _dead_owner(self, name: str) -> list[str]:
        lease = await self._leases.find_one({"_id": name})
        return [lease["owner"]] if lease and _is_dead(lease["owner"]) else []


def _is_dead(owner: str) -> bool:
    """Returns whether the owner was a process of this machine, or of this container before it was
    restarted, that has ended."""
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(pid) == os.getpid():
        return owner not in _owners_here
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
