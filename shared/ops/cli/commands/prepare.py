"""`duban prepare`: creates, with an administrator's account, everything that services may not
create themselves."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pymongo.uri_parser import parse_uri

from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import create_topics
from shared.kafka.topics import topics_in
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document, connect
from shared.ops.base.errors import OpsError
from shared.ops.base.terminal import console
from shared.ops.installation.audited import Operator, append
from shared.ops.installation.connectivity import need_bus, need_store
from shared.ops.provisioning import bus, store
from shared.ops.provisioning.passwords import bus_logins, site_writer, store_logins
from shared.ops.provisioning.store_rights import SITE
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


class SameStore(OpsError):
    def __init__(self) -> None:
        super().__init__(
            "DUBAN_SITE_MONGO_URL 与 MONGO_URL 指向同一数据库。"
            "公开网站应有自己的数据库，否则请删除该设置。",
            "DUBAN_SITE_MONGO_URL names the store of MONGO_URL: it is for a store of its own.",
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
    check_stores(settings)
    asyncio.run(prepare_store(settings, namespace, secrets))
    console.print("MongoDB：索引、账号、权限已就绪。Indexes and accounts are as declared.")
    made = create_topics(broker_access(settings), topics_in(namespace))
    bus.grant(broker_access(settings), namespace, bus_logins(secrets))
    console.print(f"Kafka：主题、账号、权限已就绪。Topics made: {', '.join(made) or '无 none'}")


def check_stores(settings: ServiceSettings) -> None:
    """Raises SameStore: accounts have the same names in both stores, with other rights."""
    if settings.site_mongo_url is None:
        return
    members = [
        {*parse_uri(url)["nodelist"]} for url in (settings.mongo_url, settings.site_mongo_url)
    ]
    if members[0] & members[1]:
        raise SameStore


async def prepare_store(settings: ServiceSettings, namespace: Namespace, secrets: Path) -> None:
    logins = store_logins(secrets)
    await store.initiate(settings.mongo_url)
    async with connect(settings.mongo_url) as client:
        await store.make_log_indexes(client, namespace)
        await store.grant(client, namespace, logins)
        await make_key_file(client, settings)
        if settings.site_mongo_url is None:
            await store.grant_to_site(client, namespace, logins[SITE])
    if settings.site_mongo_url:
        await prepare_site_store(settings.site_mongo_url, namespace, secrets)
    await append(settings, Operator.here().entry("prepare", None))


async def prepare_site_store(url: str, namespace: Namespace, secrets: Path) -> None:
    """Prepares the public site's own store, where only the site and its writers have accounts."""
    await store.initiate(url)
    async with connect(url) as client:
        await store.grant_to_site(client, namespace, store_logins(secrets)[SITE])
        await store.grant_to_writers(client, namespace, partial(site_writer, secrets))


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
