"""Checks before a service starts; a refusal names what to do."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from aiokafka.errors import KafkaError
from pymongo.asynchronous.database import AsyncDatabase

from shared.kafka.log_heads import BehindBus, read_heads, refuse_if_behind
from shared.kernel.access import AccessTable
from shared.mongo.commits import commits_of
from shared.mongo.connect import Document, NotDurable
from shared.service.config.access_tables import missing_rows
from shared.service.config.errors import StartRefused
from shared.service.config.located_yaml import DataRefused
from shared.service.definition import ServiceDefinition
from shared.service.resources.connections import Connections
from shared.signing.key_folder import SigningKeyRefused
from shared.vault.key_file import KeyFileRefused
from shared.vault.keys import MasterKeys
from shared.vault.mongo_store import MongoVaultStore

log = logging.getLogger(__name__)

HEADS_WITHIN_SECONDS = 10.0


def check_access(definition: ServiceDefinition, table: AccessTable) -> None:
    """Raises StartRefused when an action has no row in the access table, or a `second-person` row
    cannot be kept."""
    missing = missing_rows(table, definition.action_names)
    if missing:
        names, path = "、".join(missing), f"deploy/policies/access/{definition.name}.yaml"
        raise StartRefused(
            f"权限表 {path} 缺少操作：{names}。请为每项操作补上至少一行。",
            f"{path} has no row for {', '.join(missing)}: add at least one for each action.",
        )
    _check_second_persons(definition, table)


def _check_second_persons(definition: ServiceDefinition, table: AccessTable) -> None:
    """Raises StartRefused for a `second-person` row of a read, or of a service without the job that
    ends its pending acts."""
    commands = {action.name for action in definition.actions if not isinstance(action, str)}
    wrong = table.seconded - (commands if definition.seconds else set())
    if wrong:
        names, path = "、".join(sorted(wrong)), f"deploy/policies/access/{definition.name}.yaml"
        raise StartRefused(
            f"权限表 {path} 中的 second-person 不适用于：{names}。它只适用于支持两人复核的命令。",
            f"{path}: second-person does not fit {', '.join(sorted(wrong))}: it is for commands, "
            "of a service whose definition has `seconds=True`.",
        )


@contextmanager
def explained() -> Iterator[None]:
    """Turns errors of data, store and key file into StartRefused."""
    try:
        yield
    except DataRefused as error:
        raise StartRefused(
            f"策略数据有误，请按行号修改：\n{error}",
            "Policy data are wrong: correct the lines named.",
        ) from error
    except NotDurable as error:
        raise StartRefused(
            "MongoDB 必须是副本集并以 w=majority 写入，请检查 MONGO_URL；单机也须 rs.initiate()。",
            f"{error}. Check MONGO_URL; a single mongod needs rs.initiate(), too.",
        ) from error
    except SigningKeyRefused as error:
        raise StartRefused(
            str(error), "See DUBAN_SIGNING_KEYS and docs/operations/rotate-keys.md."
        ) from error
    except KeyFileRefused as error:
        raise StartRefused(
            str(error), "See DUBAN_VAULT_KEY_FILE; restore the key file from its own safe place."
        ) from error


async def refuse_backups(
    connections: Connections, definitions: Iterable[ServiceDefinition]
) -> None:
    """Raises StartRefused for a log that is older than its published head. While the broker is away
    the check is left to the relay, which repeats it before it publishes."""
    names = [definition.name for definition in definitions if definition.streams]
    try:
        heads = await asyncio.wait_for(
            read_heads(connections.access, connections.namespace, names, connections.keys.ring),
            HEADS_WITHIN_SECONDS,
        )
    except (KafkaError, TimeoutError, OSError) as error:
        log.warning("the bus cannot be asked how far the logs were published: %r", error)
        return
    for name in names:
        try:
            await refuse_if_behind(name, heads, partial(_hash_of, connections.database(name)))
        except BehindBus as error:
            chinese, _, english = str(error).partition("\n")
            raise StartRefused(chinese, english) from error


async def refuse_lost_keys(
    connections: Connections, masters: MasterKeys, definitions: Iterable[ServiceDefinition]
) -> None:
    """Raises StartRefused when the key file lacks a master key that wraps a service's data keys."""
    for name in (definition.name for definition in definitions):
        needed = await MongoVaultStore(connections.database(name)).masters()
        if lost := sorted(set(needed) - masters.keys.keys()):
            raise StartRefused(
                f"密钥文件中缺少 {name} 加密内容所用的主密钥 {'、'.join(lost)}，"
                "请恢复原来的密钥文件。",
                f"The key file lacks {', '.join(lost)}, which wraps keys of {name}: restore the "
                "file that belongs to this database (DUBAN_VAULT_KEY_FILE).",
            )


async def _hash_of(database: AsyncDatabase[Document], commit: str) -> str | None:
    document = await commits_of(database).find_one({"_id": commit}, {"hash": 1})
    return document["hash"] if document else None
