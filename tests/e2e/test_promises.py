"""What the APIs promise whoever calls them: once per key, numbers without gaps, nothing decided on
old knowledge; and figures that can be counted again."""

import asyncio
from typing import Any

import pytest

from shared.testing.checklist import refusing
from tests.e2e import evidence
from tests.e2e.desk import Desk
from tests.e2e.matter import paper, registered, replied
from tests.e2e.organisation import GUO, HOUSING, OFFICE, REGISTRAR, TANG
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

CASES = "/intake/v1/cases"


async def test_a_request_sent_twice_is_done_once_and_answered_twice(world: World) -> None:
    body, key = paper("suggestion", {"person": TANG}, period="once"), {"Idempotency-Key": "once-1"}
    first = await world.ask("POST", CASES, REGISTRAR, json=body, headers=key)
    again = await world.ask("POST", CASES, REGISTRAR, json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() | {"repeated": True}
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await world.ask("POST", CASES, REGISTRAR, json=body | {"region": "c1"}, headers=key)
    assert (other.status_code, other.json()["rule"]) == (422, "key-reused")
    facts = await evidence.facts_of(world, first.json()["case_id"])
    assert facts["case.registered.v1"] == 1


async def test_a_request_sent_five_times_at_once_is_done_once(world: World) -> None:
    body = paper("suggestion", {"person": GUO}, period="once")
    sent = (Desk(world, REGISTRAR).does(CASES, body, key="once-2") for _ in range(5))
    answers = await asyncio.gather(*sent)
    assert {answer["case_id"] for answer in answers} == {answers[0]["case_id"]}
    facts = await evidence.facts_of(world, answers[0]["case_id"])
    assert facts["case.registered.v1"] == 1


async def test_a_row_of_a_ledger_is_registered_once_by_whoever_sends_it(world: World) -> None:
    body = paper("suggestion", {"person": GUO}, period="once", serial="17")
    first = await Desk(world, REGISTRAR).does(CASES, body)
    again = await Desk(world, OFFICE).does(CASES, body)
    assert (again["case_id"], again["repeated"]) == (first["case_id"], True)


async def test_numbers_have_no_gaps_however_many_are_accepted_at_once(world: World) -> None:
    bodies = [paper("suggestion", {"person": TANG}, period="series") for _ in range(9)]
    cases = await asyncio.gather(*(registered(world, body) for body in bodies))
    refused = cases.pop(4)
    path = refused.at("intake", "refusal")
    await refused.does(OFFICE, path, refusing("no-substance", note="没有具体事项"))
    await asyncio.gather(*(case.accept() for case in cases))
    labels = {(await case.page())["label"] for case in cases}
    assert labels == {f"series第{number}号建议" for number in range(1, 9)}
    assert await evidence.numbers(world, "suggestion", "series") == list(range(1, 9))


async def test_nothing_is_decided_on_less_than_the_caller_has_seen(world: World) -> None:
    case = await registered(world, paper("suggestion", {"person": TANG}, period="seen"))
    unknown = f"?at_least=intake-{case.id}@99"
    path = f"/assignment/v1/cases/{case.id}/assignments{unknown}"
    tasks = {"tasks": [{"unit": HOUSING, "part": "lead"}]}
    answer = await world.ask("POST", path, OFFICE, json=tasks)
    assert (answer.status_code, answer.json()["rule"]) == (409, "not-yet-known")
    seen = await case.accept()
    at_least = f"{seen['stream']}@{seen['version']}"
    page = await Desk(world, OFFICE).sees(f"/portal/v1/cases/{case.id}", at_least=at_least)
    assert page["versions"][seen["stream"]] >= seen["version"]


async def test_rates_are_counted_from_facts_with_both_their_numbers(world: World) -> None:
    pair = [paper("suggestion", {"person": TANG}, period="rates") for _ in range(2)]
    done = await replied(world, HOUSING, pair[0])
    await done.rate(HOUSING, TANG)
    await done.decide(HOUSING)
    await done.approve(HOUSING)
    open_ = await registered(world, pair[1])
    await open_.accept()
    await open_.page()
    group = {"period": "rates", "kind": "suggestion", "group": "unit"}
    found = await Desk(world, OFFICE).sees("/portal/v1/statistics", **group)
    everything, unit, without = found["groups"]
    assert rates(everything)["closing"] == (1, 2, "50.00")
    assert rates(everything)["disclosure"] == (1, 1, "100.00")
    assert (unit["value"], rates(unit)["on-time"]) == (HOUSING, (1, 1, "100.00"))
    assert (without["value"], rates(without)["closing"]) == ("-", (0, 1, "0.00"))
    assert "50.00" in (await world.page("/stats?year=rates")).text


def rates(group: Any) -> dict[str, tuple[int, int, str]]:
    return {r["rate"]: (r["numerator"], r["denominator"], r["percent"]) for r in group["rates"]}


async def test_the_worklist_is_read_page_by_page_and_shows_only_what_concerns_the_reader(
    world: World,
) -> None:
    bodies = [paper("suggestion", {"person": GUO}, period="pages") for _ in range(5)]
    cases = await asyncio.gather(*(registered(world, body) for body in bodies))
    await world.settle()
    assert sorted(await worklist(world, OFFICE)) == sorted(case.id for case in cases)
    assert await worklist(world, TANG) == []
    assert sorted(await worklist(world, GUO)) == sorted(case.id for case in cases)


async def worklist(world: World, who: str) -> list[str]:
    """Two lines a page."""
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        query = {"period": "pages", "limit": 2, **more}
        page = await Desk(world, who).sees("/portal/v1/worklist", **query)
        found += [line["case_id"] for line in page["items"]]
        if page["next"] is None:
            return found
        more = {"after": page["next"]}


async def test_what_was_recorded_adds_up(world: World) -> None:
    """After whatever the tests before have done."""
    await world.settle()
    assert await evidence.set_aside(world) == []
    assert await evidence.broken_links(world) == []
    assert await evidence.miscounted(world) == {}
