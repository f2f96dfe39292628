"""`duban verify`: checks hash chain and signatures of every log, read as raw stored JSON."""

import asyncio
from collections.abc import Sequence

import typer
from rich.progress import Progress

from shared.contracts.catalogue import BY_NAME
from shared.kafka.namespace import Namespace
from shared.kernel.chain import Chain, ChainFault
from shared.mongo.commits import commits_of
from shared.mongo.connect import connect
from shared.mongo.counting import counted
from shared.ops.base.screen import Json, as_json
from shared.ops.base.terminal import console, errors
from shared.ops.cli.arguments import Owners
from shared.ops.installation.connectivity import need_store
from shared.ops.installation.local_settings import settings_here
from shared.signing.key_folder import keys_in

app = typer.Typer()
ALL_WHOLE = "全部哈希链完整，签名相符。All chains are whole, all signatures fit."


@app.command()
def verify(
    services: Owners = None,
    json_lines: Json = False,
) -> None:
    """逐条核对事件库的哈希链、版本连续性和签名。Verify every hash chain and signature."""
    faults = asyncio.run(verified(services or list(BY_NAME)))
    if json_lines:
        typer.echo(as_json({"faults": [vars(fault) for fault in faults]}))
        raise typer.Exit(1 if faults else 0)
    for fault in faults:
        console.print(f"{fault.commit} {fault.rule}: {fault.detail}", style="red")
    console.print("有断链或签名不符，请见上文。" if faults else ALL_WHOLE)
    raise typer.Exit(1 if faults else 0)


async def verified(services: Sequence[str]) -> list[ChainFault]:
    settings = settings_here()
    need_store(settings)
    ring = keys_in(settings.signing_folder, create=False).ring
    client = connect(settings.mongo_url)
    faults: list[ChainFault] = []
    with Progress(console=errors) as bar:
        for service in services:
            commits = commits_of(client[Namespace(settings.space).database(service)])
            task = bar.add_task(service, total=(await counted(commits))[0])
            chain = Chain(ring.commit_fault)
            async for document in commits.find({}).sort([("stream", 1), ("first", 1)]):
                faults += chain.faults_of(document)
                bar.advance(task)
    await client.close()
    return faults
