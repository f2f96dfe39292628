"""`duban rotate-keys`: makes a new master key and wraps every data key with it."""

import asyncio

import typer
from pymongo import AsyncMongoClient

from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document, connect
from shared.ops.base.terminal import console
from shared.ops.installation.audited import audited
from shared.ops.installation.connectivity import need_store
from shared.ops.installation.local_settings import settings_here
from shared.service.processes.registry import SERVICES
from shared.service.settings import ServiceSettings
from shared.vault.key_file import add_master_key, read_key_file
from shared.vault.mongo_store import MongoVaultStore
from shared.vault.vault import Vault

app = typer.Typer()


@app.command("rotate-keys")
def rotate_keys() -> None:
    """更换密钥文件中的主密钥。A new master key wraps all data keys; may be repeated."""
    settings = settings_here()
    need_store(settings)
    with audited(settings, "rotate-keys"):
        add_master_key(settings.vault_key_file, real_time())
        wrapped = asyncio.run(rotated(settings))
    for service, keys in wrapped.items():
        console.print(f"{service}: {keys}")


async def rotated(settings: ServiceSettings) -> dict[str, int]:
    """Returns the number of data keys that were wrapped again, by service. Running processes
    read the file again; older master keys may leave it after one more rotation finds nothing to
    do."""
    client = connect(settings.mongo_url)
    try:
        return {name: await _vault(settings, client, name).rotate() for name in SERVICES}
    finally:
        await client.close()


def _vault(settings: ServiceSettings, client: AsyncMongoClient[Document], service: str) -> Vault:
    store = MongoVaultStore(client[settings.database(service)])
    path = settings.vault_key_file
    return Vault(store, lambda: read_key_file(path, create=False, now=real_time()), real_time)
