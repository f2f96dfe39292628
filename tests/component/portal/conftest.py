"""The portal with a register of cases in a real MongoDB, folded from recorded lives."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

from fastapi import FastAPI
from starlette.routing import Mount

from services.portal.app import SERVICE
from services.portal.domain.register import CASE_REGISTER
from shared.http.gateway import Gateway
from shared.kernel.messages import Recorded
from shared.mongo.connect import connect
from shared.mongo.read_models.reader import connect_reader
from shared.testing.fold import folded
from shared.testing.service import ServiceUnderTest
from tests.unit.portal.life import as_recorded, life

REGISTER = "case_register_g1"
COUNTERS = "case_register_counters_g1"


class Portal(ServiceUnderTest):
    database: Any = None

    def let_through(self, *others: str) -> Gateway:
        """The way to other services, of which none runs here but what a test mounts."""
        gateway = Gateway(self.app, ["portal", *others])
        mounted = next(route for route in self.app.routes if isinstance(route, Mount))
        cast(FastAPI, mounted.app).state.gateway = gateway
        return gateway

    async def collection(self, projection: str) -> Any:
        return self.database[f"{projection}_g1"]


def case_id(number: int) -> str:
    return f"{number:032x}"


def lived(number: int, steps: int = 17, **changes: Any) -> list[Recorded]:
    """Case `number` after so many facts; `changes` are made to every fact that has such a field."""
    told = []
    for fact in as_recorded(life()[:steps]):
        fields = {name: value for name, value in changes.items() if hasattr(fact.event, name)}
        stream = f"{fact.stream.partition('-')[0]}-{case_id(number)}"
        event = fact.event.model_copy(update=fields)
        told.append(replace(fact, stream=stream, case_id=case_id(number), event=event))
    return told


async def keep(database: Any, facts: Sequence[Recorded]) -> None:
    """As the projector leaves it, counters in two partitions."""
    documents = folded(CASE_REGISTER, facts)
    await database[REGISTER].insert_many([{**d, "rev": 1} for d in documents.values()])
    counters: Counter[tuple[str, int]] = Counter()
    for place, document in enumerate(documents.values()):
        for dimension, n in CASE_REGISTER.count(document).items():
            counters[dimension, place % 2] += n
    rows = [{"dimension": d, "partition": p, "n": n} for (d, p), n in counters.items()]
    await database[COUNTERS].insert_many(rows)


@asynccontextmanager
async def open_portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Empty at first."""
    client: Any = connect_reader(mongo_url)
    made = Portal(SERVICE)
    made.database = client[f"t{uuid4().hex[:10]}_portal"]
    gateway = made.let_through()
    async with connect(mongo_url) as keeping:
        made.runtime.kept = keeping[made.database.name]
        yield made
        await gateway.close()
        await client.drop_database(made.database.name)
    client.close()
