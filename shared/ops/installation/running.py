"""One run on one machine: the parts start first and end last, the services live in between."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from types import FrameType

from rich.live import Live
from rich.progress import Progress as Bar

from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import create_topics
from shared.kafka.topics import topics_in
from shared.ops.base.sample_clock import clock_of
from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console, tell
from shared.ops.console.beside import Building
from shared.ops.console.workshop import Workshop
from shared.ops.embedded.jars import Progress
from shared.ops.embedded.part import Part, Wanted
from shared.ops.embedded.parts import find_broker, find_store
from shared.ops.installation.local_settings import key_file_in
from shared.ops.installation.processes import Installation, installation
from shared.ops.supervision.status import status_of
from shared.ops.supervision.supervisor import Supervisor
from shared.ops.supervision.watch import keep_up, watch
from shared.service.resources.connections import broker_access
from shared.service.settings import ServiceSettings

CONSOLE_BUILD = "DUBAN_CONSOLE_BUILD"
STORE, BROKER = "MONGO_URL", "KAFKA_BOOTSTRAP_SERVERS"
Announce = Callable[[], None]
WhenReady = Callable[[Mapping[str, str], str, Announce], Awaitable[None]]


@contextmanager
def parts_of(settings: OpsSettings) -> Iterator[dict[str, Part]]:
    """Starts the parts, keyed by the variable that names their address; stops them in reverse
    order."""
    signal.signal(signal.SIGTERM, end)
    with ExitStack() as stack:
        parts: dict[str, Part] = {}
        for variable, find in ((STORE, find_store), (BROKER, find_broker)):
            with download_bar() as progress:
                part = find(Wanted(settings, progress=progress))
            tell(part.chosen)
            stack.callback(part.stop)
            part.start()
            parts[variable] = part
        yield parts


def end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def console_of(settings: OpsSettings) -> Iterator[Building]:
    """Begins to build the console; ends a build that is still under way."""
    building = Building(Workshop(settings.downloads, tell))
    building.begin()
    try:
        yield building
    finally:
        building.end()


async def supervise(
    settings: OpsSettings,
    parts: Mapping[str, Part],
    when_ready: WhenReady | None = None,
    building: Building | None = None,
) -> None:
    """Runs the services; `when_ready` receives the addresses of the parts and of the API, and the
    announcement that it has to make, and runs beside them. `building` is the console's build."""
    addresses = {variable: part.address for variable, part in parts.items()}
    make_topics(addresses[BROKER])
    files = files_of(settings, building)
    plan = installation(settings, {**addresses, **clock_of(settings.sample), **files})
    supervisor = Supervisor(plan.children, settings.logs, tell=tell)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.stop)
    with live_status(supervisor, parts):
        async with asyncio.TaskGroup() as tasks:
            beside = (watch(supervisor), keep_up(parts, tell),
                      announce(supervisor, plan, addresses, when_ready, building))  # fmt: skip
            running = [tasks.create_task(work) for work in beside]
            await supervisor.run()
            for task in running:
                task.cancel()


def files_of(settings: OpsSettings, building: Building | None = None) -> dict[str, str]:
    """Returns the variables of files: of the people to try, of the console, and of the vault's
    key, which by default lies with the data that it opens."""
    files = {"DUBAN_PEOPLE_FILE": str(settings.people)}
    if building and building.folder and CONSOLE_BUILD not in os.environ:
        files[CONSOLE_BUILD] = str(building.folder)
    named = "vault_key_file" in ServiceSettings().model_fields_set
    return files if named else files | {"DUBAN_VAULT_KEY_FILE": str(key_file_in(settings.data))}


def make_topics(bootstrap: str) -> None:
    settings = ServiceSettings().model_copy(update={"kafka_bootstrap_servers": bootstrap})
    create_topics(broker_access(settings), topics_in(Namespace(settings.space)))


async def announce(
    supervisor: Supervisor,
    plan: Installation,
    addresses: Mapping[str, str],
    when_ready: WhenReady | None,
    building: Building | None = None,
) -> None:
    """Says that everything is ready, when the first command of a user would succeed: `when_ready`
    calls the announcement once it has prepared what that needs."""
    await supervisor.ready.wait()

    def ready() -> None:
        console.print("督办系统已就绪。Duban is ready.", style="bold green")
        console.print(f"  工作台 console: {plan.api}/{building.state if building else ''}")
        for address in plan.addresses:
            console.print(f"  {address.what}: {address.url}")

    if when_ready:
        await when_ready(addresses, plan.api, ready)
    else:
        ready()


def live_status(
    supervisor: Supervisor, parts: Mapping[str, Part]
) -> AbstractContextManager[object]:
    """Shows the live status on a terminal only; in a log it would repeat itself endlessly."""
    if not console.is_terminal:
        return nullcontext()
    return Live(
        get_renderable=lambda: status_of(supervisor, parts),
        console=console,
        refresh_per_second=2,
        transient=True,
    )


@contextmanager
def download_bar() -> Iterator[Progress]:
    with Bar(console=console, transient=True) as bar:
        task = bar.add_task("下载 Kafka downloading", visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)
