"""Connects to MongoDB; refuses settings and servers that could lose an acknowledged write."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pymongo import AsyncMongoClient
from pymongo.errors import ConnectionFailure
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random

from shared.mongo.transient import PATIENCE_SECONDS

Document = dict[str, Any]
"""A document as the driver reads and writes it."""

# Bounds every wait, so that a half-open connection becomes an unknown outcome and not a hang.
DEFAULTS: dict[str, Any] = {
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 3_000,
    "socketTimeoutMS": 10_000,
    "wTimeoutMS": 5_000,
    "maxPoolSize": 100,
    "tz_aware": True,
}


class NotDurable(RuntimeError):
    """The server or the URL would acknowledge writes that can be lost."""


def connect(url: str) -> AsyncMongoClient[Document]:
    """Returns a client for the log; options in the URL win over DEFAULTS.

    Raises NotDurable for options that weaken a write.
    """
    options = options_in(url)
    if options.get("w", "majority") != "majority":
        raise NotDurable(f"the URL asks for w={options['w']}; the log is written with w=majority")
    if "false" in (options.get("journal"), options.get("j")):
        raise NotDurable("the URL asks for journal=false; the log is written with the journal")
    return AsyncMongoClient(url, w="majority", journal=True, **bounds_for(url))


def bounds_for(url: str, **more: int) -> dict[str, Any]:
    """Returns DEFAULTS and `more` without the options that the URL has itself."""
    options = options_in(url)
    return {name: value for name, value in (DEFAULTS | more).items() if name.lower() not in options}


def options_in(url: str) -> dict[str, str]:
    """Returns the options of the URL in small letters: their case does not count."""
    return {name.lower(): value.lower() for name, value in parse_qsl(urlsplit(url).query)}


async def answering(
    client: AsyncMongoClient[Document], within_seconds: float = PATIENCE_SECONDS
) -> None:
    """Returns when a primary has answered, so that a process that starts beside a busy store waits
    for it and is not started again and again. Raises PyMongoError when none answers in time."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(ConnectionFailure),
        stop=stop_after_delay(within_seconds),
        wait=wait_random(0, 1),
        reraise=True,
    ):
        with attempt:
            await client.admin.command("ping")


async def assert_durable(client: AsyncMongoClient[Document]) -> None:
    """Raises NotDurable for a mongod outside of a replica set, and for a client that writes with
    less than w=majority and the journal. Raises PyMongoError."""
    concern = client.write_concern.document
    if concern.get("w") != "majority" or concern.get("j") is False:
        raise NotDurable(f"the client writes with {concern}; the log needs w=majority, j=true")
    hello = await client.admin.command("hello")
    if "setName" not in hello:
        raise NotDurable(
            "this mongod is not a replica set (one member is enough: start it with --replSet "
            "and run rs.initiate()); alone it can lose what it acknowledged"
        )
