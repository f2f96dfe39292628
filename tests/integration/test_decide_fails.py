"""A decider that fails in a way that nobody foresaw: its case is parked, its neighbours go on."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from shared.kernel.decider import Decider
from shared.kernel.messages import Command, Event
from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.service.definition import StreamKind
from shared.service.processes.composition import open_service
from shared.service.reactions.worker import add_reactions
from shared.service.resources.connections import Connections
from shared.service.resources.process_resources import open_resources
from shared.service.settings import ServiceSettings
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.signatures import put_keys
from shared.testing.stories import Story, numbered
from tests.faults.toy import TOY, Note, Notes, decide, evolve, relations, scope, situation

FIRST, SECOND = "1" * 32, "2" * 32
BAD = "第2号"


def fails(command: Command, state: Notes) -> Sequence[Event]:
    """Divides by nothing, for one of the cases."""
    if isinstance(command, Note) and command.text == BAD:
        return [1 / 0]  # type: ignore[list-item]
    return decide(command, state)


FAILING = replace(
    TOY,
    streams=(StreamKind("handling", Decider(Notes(), fails, evolve), situation, relations, scope),),
)


async def test_an_unexpected_error_of_a_decider_parks_its_case_alone(
    here: Connections, tap: Tap, mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    settings = ServiceSettings(
        mongo_url=mongo_url,
        kafka_bootstrap_servers=kafka_bootstrap,
        space=space,
        vault_key_file=tmp_path / "vault.key",
        signing_keys=put_keys(tmp_path / "signing"),
    )
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings, "reactions"))
        runtime = await stack.enter_async_context(open_service(resources, FAILING))
        host = WorkerHost(resources)
        await host.start()
        stack.push_async_callback(host.stop)
        await add_reactions(host, FAILING, runtime.dispatch)
        await host.listen(f"{space}-reactions")
        parking = Parking(here.database("handling"), real_time)
        await tap.put(Story(f"intake-{SECOND}").tell(numbered(2)))
        await tap.put(Story(f"intake-{FIRST}").tell(numbered(1)))
        [head] = await eventually(parking.cases)
        assert (head.key, head.state, head.reason) == (SECOND, "parked", "exception")
        assert head.detail.startswith("ZeroDivisionError at test_decide_fails.py:")
        commits = here.database("handling")["commits"]
        await eventually(lambda: commits.find_one({"stream": f"handling-{FIRST}"}))
        assert await commits.count_documents({"stream": f"handling-{SECOND}"}) == 0
