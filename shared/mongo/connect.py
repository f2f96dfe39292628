"""The way to MongoDB: majority and journal always; what could forget its word is refused."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pymongo import AsyncMongoClient

Document = dict[str, Any]

# Bounds on every wait, so that a half-open connection becomes an unknown outcome and not a hang.
DEFAULTS: dict[str, Any] = {
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 3_000,
    "socketTimeoutMS": 10_000,
    "wTimeoutMS": 5_000,
    "maxPoolSize": 100,
    "tz_aware": True,
}


class NotDurable(RuntimeError):
    """The store, or the way it is addressed, would acknowledge what it can lose."""


def connect(url: str) -> AsyncMongoClient[Document]:
    """A client for the log; options in the URL win, except those that would weaken a write."""
    asked = asked_in(url)
    if asked.get("w", "majority") != "majority":
        raise NotDurable(f"the URL asks for w={asked['w']}; the log is written with w=majority")
    if "false" in (asked.get("journal"), asked.get("j")):
        raise NotDurable("the URL asks for journal=false; the log is written with the journal")
    return AsyncMongoClient(url, w="majority", journal=True, **bounds_for(url))


def bounds_for(url: str, **more: int) -> dict[str, Any]:
    """What the URL does not say itself."""
    asked = asked_in(url)
    return {name: value for name, value in (DEFAULTS | more).items() if name.lower() not in asked}


def asked_in(url: str) -> dict[str, str]:
    """The options of the URL, in small letters: names and values are read in any."""
    return {name.lower(): value.lower() for name, value in parse_qsl(urlsplit(url).query)}


async def assert_durable(client: AsyncMongoClient[Document]) -> None:
    """Refuses a mongod outside a replica set, and a client that writes below majority."""
    concern = client.write_concern.document
    if concern.get("w") != "majority" or concern.get("j") is False:
        raise NotDurable(f"the client writes with {concern}; the log needs w=majority, j=true")
    hello = await client.admin.command("hello")
    if "setName" not in hello:
        raise NotDurable(
            "this mongod is not a replica set (one member is enough: start it with --replSet "
            "and run rs.initiate()); alone it can lose what it acknowledged"
        )
