"""`duban prepare`: creates, with an administrator's account, everything that services may not
create themselves."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import create_topics
from shared.kafka.topics import topics_in
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document, connect
from shared.ops.base.errors import OpsError
from shared.ops.base.terminal import console
from shared.ops.installation.connectivity import need_bus, need_store
from shared.ops.provisioning import bus, store
from shared.ops.provisioning.passwords import bus_logins, store_logins
from shared.service.processes.registry import SERVICES
from shared.service.resources.connections import broker_access
from shared.service.settings import SECRETS, ServiceSettings
from shared.vault.key_file import read_key_file

app = typer.Typer()


class KeyFileLost(OpsError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"找不到密钥文件 {path}，而数据库中已有用它加密的内容。请从单独的备份中恢复该文件。",
            f"{path} is gone, but the vaults hold keys that it wraps: restore it from its own "
            "backup. A new file would not open them.",
        )


@app.command()
def prepare(
    secrets: Annotated[Path, typer.Option(help="口令文件夹。Folder of password files.")] = SECRETS,
) -> None:
    """建立索引、主题、账号与权限；可重复执行。Indexes, topics, accounts; may be repeated."""
    settings = ServiceSettings()
    namespace = Namespace(settings.space)
    need_store(settings)
    need_bus(settings)
    asyncio.run(prepare_store(settings, namespace, secrets))
    console.print("MongoDB：索引、账号、权限已就绪。Indexes and accounts are as declared.")
    made = create_topics(broker_access(settings), topics_in(namespace))
    bus.grant(broker_access(settings), namespace, bus_logins(secrets))
    console.print(f"Kafka：主题、账号、权限已就绪。Topics made: {', '.join(made) or '无 none'}")


async def prepare_store(settings: ServiceSettings, namespace: Namespace, secrets: Path) -> None:
    logins = store_logins(secrets)
    await store.initiate(settings.mongo_url)
    async with connect(settings.mongo_url) as client:
        await store.make_log_indexes(client, namespace)
        await store.grant(client, namespace, logins)
        await make_key_file(client, settings)


async def make_key_file(client: store.Client, settings: ServiceSettings) -> None:
    """Makes a key for empty vaults only: a new key in place of a lost one would hide the loss."""
    path = settings.vault_key_file
    if path.exists():
        return
    for service in SERVICES:
        keys = client[settings.database(service)]["vault_keys"]
        kept: Document | None = await keys.find_one({}, {"_id": 1})
        if kept:
            raise KeyFileLost(path)
    read_key_file(path, create=True, now=real_time())
    console.print(f"已生成密钥文件 {path}，请单独备份。A vault key was made; back it up apart.")
