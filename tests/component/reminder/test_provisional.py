"""Clocks on a year without an official list are listed, and dated anew when the list comes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.reminder.app import RECOUNTING, SERVICE
from shared.contracts.handling import CohandlerJoined, TaskOpened
from shared.contracts.recusal import AgainstNamed
from shared.contracts.reminder import ClockRedated
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import OFFICIAL_YEARS, Calendar, ending_day
from shared.kernel.moment import stamp
from shared.mongo.read_models.reader import connect_reader
from shared.ops.cli.commands.calendar import provisional, standing
from shared.service.config.policies import PolicyBook
from shared.testing.service import ServiceUnderTest, at_organs, policies
from tests.component.near_api import NearApi
from tests.component.reminder.test_due import Reminder

COMING = OFFICIAL_YEARS[-1] + 1
NOVEMBER = datetime(COMING - 1, 11, 30, 1, tzinfo=UTC)
GUESSED = replace(policies(), calendar=Calendar("guessed", {}), organs_by_day={})
LISTED = replace(GUESSED, calendar=Calendar("listed", {date(COMING, 2, 26): False}, {COMING}))
"""The last day of February is a day off by the list."""
CITY = ("u-city",)
OFFICE = Actor("p-office", at_organs("office"))
CPPCC = Actor("p-cppcc", (Post("office", "u-cppcc-pro", ("u-cppcc-pro",)),))
OPERATOR = Actor("p-operator", (Post("operator", "u-city", CITY),))
HANDLER = Actor("p-handler", (Post("handler", "u-hou", ("u-hou", "u-city")),))
PEOPLE = (OFFICE, CPPCC, OPERATOR, HANDLER)
WORK: dict[str, Any] = {"agency": "u-city", "kind": "suggestion", "channel": "session"}
WORK |= {"period": "2027", "unit": "u-hou", "at": NOVEMBER}
CASES = [f"{number:032x}" for number in range(1, 4)]


def due(book: PolicyBook, rule: str) -> Any:
    return book.resolve("u-city", "suggestion", "session", NOVEMBER).due(rule, NOVEMBER)


@pytest.fixture
async def reminder(mongo_url: str, space: str) -> AsyncIterator[Reminder]:
    """Three cases whose replies are due by a guess, each with an opinion that is not."""
    client: Any = connect_reader(mongo_url)
    service = started(client[f"{space}_reminder"], None, GUESSED)
    for case in CASES:
        reply = TaskOpened(**WORK, task="a" * 12, part="lead", due=due(GUESSED, "reply"))
        await service.react_to(reply, f"handling-{case}", 1)
        opinion = CohandlerJoined(**WORK, task="b" * 12, due=due(GUESSED, "co-opinion"))
        await service.react_to(opinion, f"handling-{case}", 2)
    yield service
    await client.drop_database(service.database.name)
    client.close()


def started(database: Any, before: ServiceUnderTest | None, book: PolicyBook) -> Reminder:
    """The service after a start with these policies, on the log of the one before."""
    service = Reminder(SERVICE, *PEOPLE, now=NOVEMBER, book=book, store=before and before.store)
    service.database = database
    return service


async def listed(service: Reminder, who: Actor = OFFICE, **query: Any) -> dict[str, Any]:
    answer = await service.get("/provisional", as_=who, **query)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("reader", [OFFICE, OPERATOR], ids=lambda who: who.sub)
async def test_a_case_is_not_listed_to_those_whom_it_is_against(
    reminder: Reminder, reader: Actor
) -> None:
    against = AgainstNamed(
        agency="u-city", kind="suggestion", channel="session", period="2027", at=NOVEMBER,
        by="p-cppcc", persons=(reader.sub,),
    )  # fmt: skip
    await reminder.react_to(against, f"intake-{CASES[0]}", 2)
    shown = {clock["case_id"] for clock in (await listed(reminder, reader))["clocks"]}
    assert shown == set(CASES[1:])


async def test_the_clocks_that_rest_on_a_guess_are_listed_with_their_day(
    reminder: Reminder,
) -> None:
    body = await listed(reminder)
    assert (body["calendar"], body["known_until"], body["missing"]) == (
        "guessed", COMING - 1, COMING,
    )  # fmt: skip
    replies = [clock for clock in body["clocks"] if clock["rule"] == "reply"]
    assert [clock["case_id"] for clock in replies] == CASES
    moment = due(GUESSED, "reply").at
    first = replies[0]
    assert (first["due"], first["due_on"]) == (stamp(moment), ending_day(moment).isoformat())
    assert (first["unit"], first["rule_name"], first["years"]) == ("u-hou", "答复", [COMING])


async def test_the_list_has_pages_by_case(reminder: Reminder) -> None:
    first = await listed(reminder, limit=2)
    second = await listed(reminder, limit=2, after=first["next"])
    found = [clock["case_id"] for page in (first, second) for clock in page["clocks"]]
    assert sorted(set(found)) == CASES
    assert second["next"] is None


async def test_an_organ_sees_its_own_cases_and_an_operator_all(reminder: Reminder) -> None:
    assert (await listed(reminder, CPPCC))["clocks"] == []
    assert await listed(reminder, OPERATOR) == await listed(reminder)
    assert (await reminder.get("/provisional", as_=HANDLER)).status_code == 403


async def test_the_command_reads_all_pages_and_says_which_list_is_missing(
    reminder: Reminder,
) -> None:
    await reminder.get("/provisional", as_=OPERATOR)
    head, clocks = await provisional(NearApi(reminder), OPERATOR.sub)
    assert clocks == (await listed(reminder))["clocks"]
    assert f"已登记到 {COMING - 1} 年；{COMING} 年的安排尚未登记" in standing(head, len(clocks))
    body = await listed(started(reminder.database, reminder, LISTED))
    assert "尚未登记" not in standing(body, 0)


async def test_without_the_list_a_new_start_changes_nothing(reminder: Reminder) -> None:
    again = started(reminder.database, reminder, GUESSED)
    assert await RECOUNTING.look(again.runtime) == 0


async def test_when_the_list_comes_each_clock_is_dated_anew_once(reminder: Reminder) -> None:
    """Looked at by two processes; the second finds the read model as it was before the first."""
    one, other = (started(reminder.database, reminder, LISTED) for _ in range(2))
    documents = await RECOUNTING.waiting(
        await one.collection("running_clocks"), LISTED.calendar.known_years
    )
    assert [row["_id"] for row in documents] == CASES
    assert await RECOUNTING.look(one.runtime) == len(CASES)
    assert await RECOUNTING.look(other.runtime) == 0
    for case in CASES:
        facts = await one.facts(f"clocks-{case}")
        dated = [fact for fact in facts if isinstance(fact, ClockRedated) and fact.rule == "reply"]
        assert [fact.due for fact in dated] == [due(LISTED, "reply")]
    body = await listed(one)
    assert (body["clocks"], body["missing"]) == ([], None)
