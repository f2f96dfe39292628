"""Searches every place where words could be: bus, databases, oplog, logs, metrics, site."""

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp

from shared.kafka.topics import topics_in
from shared.service.resources.connections import broker_access
from tests.e2e.world import World

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
PUBLIC_PAGES = ("/", "/cases", "/stats", "/feed.xml", "/sitemap.xml", "/open/cases.csv")
TOKEN = 12
END = -1
LETTERS, DIGITS = "abcdefghijklmnop", "0123456789"
Place = tuple[str, bytes]


class Secrets(dict[str, str]):
    """What was planted, by what it is; the last twelve characters stand nowhere else.

    Rules refuse by form: a phone in a public text, a day that is none. So chance draws characters
    and never the form: phones and numbers of ID cards are digits, all else is letters.
    """

    def plant(self, what: str, start: str = "") -> str:
        self[what] = start + token(what)
        return self[what]


def token(what: str) -> str:
    if what.endswith("phone"):
        # As mobile numbers begin: no year, no agency's number; odd: no midnight in milliseconds.
        return f"13{drawn(DIGITS, TOKEN - 3)}7"
    return drawn(DIGITS if what.endswith("id number") else LETTERS, TOKEN)


def drawn(characters: str, count: int) -> str:
    return "".join(secrets.choice(characters) for _ in range(count))


def spellings(secret: str) -> set[bytes]:
    """As text, escaped for JSON and for addresses, in base64 at any offset; and the digest of the
    whole, which anybody could compute who guesses it."""
    word = secret[-TOKEN:].encode()
    found = {word, secret[-TOKEN:].encode("utf-16-le")}
    for skip in range(3):
        code = base64.b64encode(b"\0" * skip + word)
        found.add(code[4 if skip else 0 : -4])
    return found | {hashlib.sha256(secret.encode()).hexdigest().encode()}


async def traces(world: World, planted: Mapping[str, str], logs: Collection[Path]) -> set[str]:
    """Names what was found, and where."""
    wanted = {what: spellings(secret) for what, secret in planted.items()}
    of_any = any_of(form for forms in wanted.values() for form in forms)
    found: set[str] = set()
    async for place, content in every_place(world, logs):
        if of_any.search(content):
            found |= {
                f"{what} in {place}"
                for what, forms in wanted.items()
                if any(form in content for form in forms)
            }
    return found


def any_of(words: Iterable[bytes]) -> re.Pattern[bytes]:
    """Matches each of the words. Their common beginnings are joined: a content is read once, and
    not once for each of hundreds of words."""
    beginnings: dict[int, Any] = {}
    for word in words:
        at = beginnings
        for byte in word:
            at = at.setdefault(byte, {})
        at[END] = {}
    return re.compile(branches(beginnings) or b"(?!)")


def branches(after: Mapping[int, Any]) -> bytes:
    """A word that ends here is found, however longer ones go on."""
    if END in after:
        return b""
    each = [re.escape(bytes([byte])) + branches(rest) for byte, rest in after.items()]
    return b"(?:%s)" % b"|".join(each) if each else b""


async def every_place(world: World, logs: Collection[Path]) -> AsyncIterator[Place]:
    for source in (bus(world), databases(world), oplog(world), web(world)):
        async for place in source:
            yield place
    for folder in (world.processes.logs, *logs):
        for log in folder.glob("*"):
            yield log.name, log.read_bytes()


async def bus(world: World) -> AsyncIterator[Place]:
    """Key, value and headers of every message of every topic."""
    consumer = AIOKafkaConsumer(**broker_access(world.settings).for_aiokafka())
    await consumer.start()
    try:
        for topic in topics_in(world.space):
            at = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
            consumer.assign(at)
            await consumer.seek_to_beginning(*at)
            ends = await consumer.end_offsets(at)
            while any([await consumer.position(one) < ends[one] for one in at]):
                for messages in (await consumer.getmany(timeout_ms=200)).values():
                    for message in messages:
                        parts = (message.key, message.value, *sum(message.headers, ()))
                        yield topic.name, b"\n".join(as_bytes(part) for part in parts)
    finally:
        await consumer.stop()


def as_bytes(part: str | bytes | None) -> bytes:
    return part.encode() if isinstance(part, str) else part or b""


async def databases(world: World) -> AsyncIterator[Place]:
    """Every document of every collection, as mongod stores it."""
    for name in await world.mongo.list_database_names():
        if name.startswith(f"{world.settings.space}_"):
            database = world.mongo.get_database(name, codec_options=RAW)  # type: ignore[arg-type]
            for collection in await database.list_collection_names():
                async for document in database[collection].find({}):
                    yield f"{name}.{collection}", bytes(document.raw)


async def oplog(world: World) -> AsyncIterator[Place]:
    """Yields also the entries that were written for a moment only; transactions stand under
    `admin`. Other tests write beside this one to databases that nothing here has a name of."""
    local = world.mongo.get_database("local", codec_options=RAW)  # type: ignore[arg-type]
    ours = {"$regex": f"^(admin|config|{re.escape(world.settings.space)}_)"}
    since = {"ts": {"$gte": Timestamp(world.began, 0)}, "ns": ours}
    async for entry in local["oplog.rs"].find(since):
        yield "oplog", bytes(entry.raw)


async def web(world: World) -> AsyncIterator[Place]:
    """Metrics of every process, and whatever the public can read."""
    urls = world.processes.urls
    pages = [f"{urls['site']}{path}" for path in PUBLIC_PAGES]
    pages += [f"{url}/metrics" for url in urls.values()]
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        for answer in await asyncio.gather(*map(client.get, pages)):
            yield str(answer.url), answer.content
