"""Answers to a reused Idempotency-Key (ADR 68): here, elsewhere, later, after a kill."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.http.idempotency import MOST_ANSWERS, Finished, Requests
from shared.http.refused import Refused
from shared.kernel.actor import Actor
from shared.kernel.commit import Commit, Draft
from shared.kernel.errors import Unavailable
from shared.testing.memory import MemoryEventStore
from shared.testing.service import ServiceUnderTest
from tests.component.shared.test_edge import (
    CASE_ID,
    HANDLER,
    LAPSED,
    PATH,
    STREAM,
    SlowStore,
    another_process,
    service,
)

ELSEWHERE = f"/cases/{'1' * 32}/progress"
NOTE: dict[str, Any] = {"text": "已勘查"}
NOTHING: dict[str, Any] = {"text": ""}
NEIGHBOUR = Actor("p-neighbour", HANDLER.posts)


async def sent(
    to: ServiceUnderTest, body: Any = NOTE, path: str = PATH, key: str = "k1"
) -> httpx.Response:
    return await to.post(path, body, as_=HANDLER, key=key)


def reused(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["rule"]) == (422, "key-reused")


async def test_the_same_request_that_had_nothing_to_do_gets_the_same_answer_here() -> None:
    """Also when there would be something to do by now."""
    tested = service()
    first = await sent(tested, NOTHING)
    await sent(tested, key="k2")
    again = await sent(tested, NOTHING)
    assert again.json() == {**first.json(), "repeated": True}
    assert (again.json()["version"], again.headers["Idempotency-Replayed"]) == (0, "true")


async def test_the_same_request_that_had_nothing_to_do_is_decided_anew_elsewhere() -> None:
    """A key promises one commit at most, and there is none."""
    tested = service()
    await sent(tested, NOTHING)
    await sent(tested, key="k2")
    again = await sent(another_process(tested), NOTHING)
    assert (again.status_code, again.json()["version"], again.json()["facts"]) == (201, 1, [])


async def test_other_content_on_the_same_stream_is_refused_everywhere_and_later() -> None:
    tested = service()
    await sent(tested)
    for process in (tested, another_process(tested)):
        assert reused(await sent(process, {"text": "未勘查"}))


async def test_other_content_in_the_place_of_nothing_is_refused_here() -> None:
    tested = service()
    await sent(tested, NOTHING)
    assert reused(await sent(tested))


async def test_another_address_is_refused_by_the_process_that_remembers_the_key() -> None:
    tested = service()
    await sent(tested)
    assert reused(await sent(tested, path=ELSEWHERE))


async def test_another_address_is_a_request_of_its_own_for_a_process_that_does_not() -> None:
    """The log of a stream knows the commands of this stream."""
    tested = service()
    await sent(tested)
    assert (await sent(another_process(tested), path=ELSEWHERE)).json()["version"] == 1


@pytest.mark.parametrize(("path", "body"), [(ELSEWHERE, NOTE), (ELSEWHERE, {"text": "未勘查"})])
async def test_another_address_is_refused_while_the_first_is_under_way(
    path: str, body: dict[str, str]
) -> None:
    store = SlowStore()
    tested = ServiceUnderTest(service().definition, HANDLER, store=store)
    first = asyncio.create_task(sent(tested))
    await store.reached.wait()
    assert reused(await sent(tested, body, path))
    store.go_on.set()
    assert (await first).status_code == 201


def test_the_same_request_under_way_is_told_to_wait() -> None:
    requests = Requests()
    assert requests.begin("name", b"digest") is None
    with pytest.raises(Refused) as refusal:
        requests.begin("name", b"digest")
    assert (refusal.value.rule, refusal.value.headers) == (
        "request-in-flight",
        {"Retry-After": "1"},
    )


class Elsewhere(MemoryEventStore):
    """Has another process send the same request just before the append of this one."""

    rival: ServiceUnderTest | None = None
    answer: httpx.Response

    async def append(self, draft: Draft) -> Commit:
        if rival := self.rival:
            self.rival = None
            self.answer = await sent(rival)
        return await super().append(draft)


@pytest.mark.parametrize("remembered", [False, True])
async def test_the_same_request_under_way_elsewhere_is_carried_out_once(remembered: bool) -> None:
    store = Elsewhere()
    tested = ServiceUnderTest(service().definition, HANDLER, store=store)
    if remembered:
        await sent(tested, key="k0")
    store.rival = another_process(tested)
    second = await sent(tested)
    assert second.json() == {**store.answer.json(), "repeated": True}
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(await tested.facts(STREAM)) == 1 + remembered


async def test_other_content_under_way_elsewhere_is_refused() -> None:
    store = Elsewhere()
    tested = ServiceUnderTest(service().definition, HANDLER, store=store)
    store.rival = another_process(tested)
    assert reused(await sent(tested, {"text": "未勘查"}))


async def test_a_repetition_to_a_process_that_remembers_an_older_state_is_one() -> None:
    tested = service()
    await sent(tested, key="k0")
    first = await sent(another_process(tested))
    again = await sent(tested)
    assert again.json() == {**first.json(), "repeated": True}
    assert len(await tested.facts(STREAM)) == 2


class Killed(Exception):
    """The process has died."""


@pytest.mark.parametrize("when", ["before the texts", "before the append", "after the append"])
async def test_a_process_that_dies_leaves_a_key_that_is_carried_out_once(when: str) -> None:
    tested = service()

    async def dies(*arguments: Any) -> Any:
        if when == "after the append":
            await MemoryEventStore.append(tested.store, *arguments)
        raise Killed

    where: Any = tested.vault_store if when == "before the texts" else tested.store
    name = "add_texts" if when == "before the texts" else "append"
    setattr(where, name, dies)
    with pytest.raises(Killed):
        await sent(tested)
    delattr(where, name)
    for repeated in (when == "after the append", True):
        answer = await sent(another_process(tested))
        assert (answer.status_code, answer.json()["repeated"]) == (201, repeated)
    assert len(await tested.facts(STREAM)) == 1


async def test_a_refused_key_is_free_for_a_corrected_request() -> None:
    tested = service()
    await tested.react_to(LAPSED, f"feedback-{CASE_ID}")
    assert (await sent(tested)).status_code == 409
    assert (await sent(tested, path=ELSEWHERE)).status_code == 201


async def test_a_key_is_free_after_the_store_did_not_answer() -> None:
    store = Elsewhere()
    tested = ServiceUnderTest(service().definition, HANDLER, store=store)

    async def fails(draft: Draft) -> Commit:
        raise Unavailable("no primary")

    store.append = fails  # type: ignore[method-assign]
    failed = await sent(tested)
    assert (failed.status_code, failed.headers["Retry-After"]) == (503, "1")
    del store.append  # type: ignore[attr-defined]
    assert (await sent(tested, {"text": "未勘查"})).status_code == 201


async def test_the_key_of_another_person_is_a_request_of_its_own_here_and_elsewhere() -> None:
    tested = service()
    await sent(tested)
    for process, version in ((tested, 2), (another_process(tested), 2)):
        answer = await process.post(PATH, NOTE, as_=NEIGHBOUR, key="k1")
        assert answer.json()["version"] == version
    assert {c.actor for c in await tested.store.read(STREAM)} == {HANDLER.sub, NEIGHBOUR.sub}


async def test_the_same_request_many_times_at_once_is_carried_out_once() -> None:
    tested = service()
    other = another_process(tested)
    answers = await asyncio.gather(*(sent(to) for to in (tested, other) * 10))
    assert {answer.status_code for answer in answers} == {201}
    assert [answer.json()["repeated"] for answer in answers].count(False) == 1
    assert len(await tested.facts(STREAM)) == 1


def test_a_process_remembers_a_bounded_number_of_answers() -> None:
    requests = Requests()
    for number in range(MOST_ANSWERS + 1):
        requests.begin(str(number), b"digest")
        requests.finish(str(number), Finished(201, {}, {}))
    assert requests.begin("0", b"digest") is None
    assert requests.begin(str(MOST_ANSWERS), b"digest") == Finished(201, {}, {})
