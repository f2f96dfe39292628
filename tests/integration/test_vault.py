"""The vault on MongoDB: no readable word is stored, and destroyed subjects stay destroyed."""

import asyncio
from datetime import UTC, datetime, timedelta

import bson
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.namespace import Namespace
from shared.mongo.connect import Document, connect
from shared.service.config.errors import StartRefused
from shared.service.processes.registry import definition_of
from shared.service.resources.connections import Connections
from shared.service.resources.start_checks import refuse_lost_keys
from shared.testing.signatures import KEYS
from shared.vault.keys import MasterKeys, Origin
from shared.vault.mongo_store import MongoVaultStore
from shared.vault.vault import Destroyed, Vault

NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
LETTER = "张三，身份证 370100，反映学校乱收费"


async def vault_on(database: AsyncDatabase[Document], **masters: bytes) -> Vault:
    store = MongoVaultStore(database)
    await store.prepare()
    keys = MasterKeys(masters or {"old": b"o" * 32})
    return Vault(store, lambda: keys, lambda: NOW)


async def sealed(vault: Vault, subject: str = "c1") -> str:
    reference, kept = (await vault.key(subject)).seal(LETTER, "command", "/text")
    await vault.keep(subject, [kept], Origin(f"intake-{subject}", "command"))
    await vault.keep(subject, [kept], Origin(f"intake-{subject}", "command"))
    return reference.ref


async def test_a_text_comes_back_and_the_read_is_on_record(
    database: AsyncDatabase[Document],
) -> None:
    vault = await vault_on(database)
    ref = await sealed(vault)
    assert await vault.reveal("c1", ref, "p-1") == LETTER
    assert await vault.reveal("c2", ref, "p-1") is None
    reads = await database["reads"].find({}, {"_id": 0}).to_list()
    assert reads == [{"subject": "c1", "ref": ref, "reader": "p-1", "at": NOW}]


async def test_a_text_that_is_kept_again_is_unproven_from_then_on_with_its_first_words(
    database: AsyncDatabase[Document],
) -> None:
    """A further text of the same command is added beside it."""
    vault = await vault_on(database)
    key = await vault.key_of_new("c1")
    assert await vault.key_of_new("c1") == key
    reference, first = key.seal(LETTER, "command", "/text")
    _, again = key.seal(LETTER, "command", "/text")
    _, more = key.seal("另", "command", "/b")
    origin = Origin("intake-c1", "command")
    await vault.keep("c1", [first], origin)
    later = Vault(MongoVaultStore(database), lambda: MasterKeys({"old": b"o" * 32}), lambda: LATER)
    await later.keep("c1", [again, more], origin)
    kept = {text["_id"]: text async for text in database["vault_texts"].find()}
    assert {text["unproven"]["at"] for text in kept.values()} == {LATER}
    assert {ref: text["cipher"] for ref, text in kept.items()} == {
        reference.ref: first.cipher,
        more.ref: more.cipher,
    }
    assert again.ref == reference.ref
    assert again.cipher != first.cipher


async def test_no_collection_holds_a_readable_word(database: AsyncDatabase[Document]) -> None:
    await sealed(await vault_on(database))
    for name in await database.list_collection_names():
        for document in await database[name].find().to_list():
            assert b"370100" not in bson.encode(document)


async def test_racing_processes_agree_on_one_key(database: AsyncDatabase[Document]) -> None:
    vaults = [await vault_on(database) for _ in range(4)]
    keys = await asyncio.gather(*[vault.key("c1") for vault in vaults for _ in range(5)])
    assert len({key.secret for key in keys}) == 1


async def test_a_destroyed_case_is_gone_for_every_process(
    database: AsyncDatabase[Document],
) -> None:
    vault, other = await vault_on(database), await vault_on(database)
    ref = await sealed(vault)
    kept = await sealed(vault, "c2")
    await vault.destroy("c1")
    await vault.destroy("c1")
    assert await other.reveal("c1", ref, "p-1") is None
    assert await other.reveal("c2", kept, "p-1") == LETTER
    with pytest.raises(Destroyed):
        await other.key("c1")
    assert await database["vault_texts"].count_documents({"subject": "c1"}) == 0


async def test_rotation_goes_on_where_it_was_stopped_and_spares_what_is_destroyed(
    database: AsyncDatabase[Document],
) -> None:
    old = await vault_on(database)
    refs = {n: await sealed(old, f"c{n}") for n in range(3)}
    await old.destroy("c0")
    new = await vault_on(database, new=b"n" * 32, old=b"o" * 32)
    assert await new.rotate() == 2
    assert await new.rotate() == 0
    alone = await vault_on(database, new=b"n" * 32)
    assert await alone.reveal("c1", refs[1], "p-1") == LETTER
    with pytest.raises(Destroyed):
        await alone.key("c0")


async def test_a_start_without_the_key_that_a_vault_needs_is_refused(
    mongo_url: str, space: str, database: AsyncDatabase[Document]
) -> None:
    """A start in development makes a missing key file, which would hide the loss of the old one."""
    old, other = MasterKeys({"old": b"o" * 32}), MasterKeys({"other": b"x" * 32})
    both, intake = MasterKeys({**other.keys, **old.keys}), [definition_of("intake")]
    async with connect(mongo_url) as client:
        place = Connections(BrokerAccess("nowhere:1"), client, Namespace(space), keys=KEYS)
        await refuse_lost_keys(place, other, intake)
        vault = await vault_on(database)
        await sealed(vault)
        await sealed(vault, "c-erased")
        await vault.destroy("c-erased")
        await refuse_lost_keys(place, both, intake)
        with pytest.raises(StartRefused, match="old"):
            await refuse_lost_keys(place, other, intake)


async def test_a_text_whose_command_made_no_commit_is_dropped_and_the_others_are_proven(
    database: AsyncDatabase[Document],
) -> None:
    vault = await vault_on(database)
    kept, lost = await sealed(vault), await sealed(vault, "c2")

    async def committed(origin: Origin) -> bool:
        return origin == Origin("intake-c1", "command")

    assert await vault.drop_abandoned(committed, timedelta(hours=1)) == 0
    later = Vault(MongoVaultStore(database), lambda: MasterKeys({"old": b"o" * 32}), lambda: LATER)
    assert await later.drop_abandoned(committed, timedelta(hours=1)) == 2
    assert await later.drop_abandoned(committed, timedelta(hours=1)) == 0
    assert await vault.reveal("c1", kept, "p-1") == LETTER
    assert await vault.reveal("c2", lost, "p-1") is None
