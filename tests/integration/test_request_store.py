"""The leases of requests in a real store, as the edge uses them: one request at a time under a
key, and a key that a refusal has given back is free."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from shared.http.idempotency import LEASE_SECONDS, Finished
from shared.http.refused import Refused
from shared.http.request_store import MongoRequests
from shared.mongo.clock_store import real_time
from shared.mongo.connect import connect
from shared.testing.isolation import drop_databases

ANSWER = Finished(201, {"case_id": "c1"}, {"etag": '"1"'})
KEY, BODY, OTHER_BODY = "key", "digest", "other digest"


class Machine:
    """A clock that a test may set forward."""

    ahead = timedelta()

    def now(self) -> datetime:
        return real_time() + self.ahead


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def requests(mongo_url: str, space: str, machine: Machine) -> AsyncIterator[MongoRequests]:
    async with connect(mongo_url) as client:
        made = MongoRequests(client[f"{space}_handling"], machine.now)
        await made.prepare()
        yield made
        await drop_databases(client, space)


async def refused(requests: MongoRequests, body: str = BODY) -> str:
    """Returns the rule by which another request under the key is refused."""
    with pytest.raises(Refused) as refusal:
        await requests.begin(KEY, body, "another")
    return refusal.value.rule


async def test_a_key_given_back_is_free_for_a_corrected_request(requests: MongoRequests) -> None:
    assert await requests.begin(KEY, BODY, "first") is None
    await requests.release(KEY, "first")
    assert await requests.begin(KEY, OTHER_BODY, "second") is None


async def test_a_key_is_given_back_by_its_owner_only(requests: MongoRequests) -> None:
    await requests.begin(KEY, BODY, "first")
    await requests.release(KEY, "second")
    assert await refused(requests) == "request-in-flight"


async def test_a_finished_answer_is_not_given_back_but_repeated(requests: MongoRequests) -> None:
    await requests.begin(KEY, BODY, "first")
    await requests.finish(KEY, "first", ANSWER)
    await requests.release(KEY, "first")
    assert await requests.begin(KEY, BODY, "second") == ANSWER
    assert await refused(requests, OTHER_BODY) == "key-reused"


async def test_the_lease_of_a_dead_process_runs_out(
    requests: MongoRequests, machine: Machine
) -> None:
    """Its late answer does not replace that of the one who took over."""
    await requests.begin(KEY, BODY, "dead")
    machine.ahead = timedelta(seconds=LEASE_SECONDS - 1)
    assert await refused(requests) == "request-in-flight"
    machine.ahead = timedelta(seconds=LEASE_SECONDS + 1)
    assert await requests.begin(KEY, BODY, "living") is None
    await requests.finish(KEY, "dead", Finished(500, {}, {}))
    await requests.finish(KEY, "living", ANSWER)
    assert await requests.begin(KEY, BODY, "later") == ANSWER
