"""Lists and numbers read what they show or count, and not all that the reader may see."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from services.portal import numbers
from services.portal.domain.register import CASE_REGISTER, found_by
from shared.kernel.actor import Actor, Post
from shared.mongo.read_models.model import ReadModel
from shared.testing.fold import folded
from shared.testing.organisation import city, organisation, unit
from shared.testing.service import MONDAY, at_organs
from tests.component.portal.conftest import COUNTERS, REGISTER, Portal, case_id, lived, open_portal

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.on_change("portal")]
CASES, FEW = 2_000, 150
"""A page of a list reads some more cases than it shows."""
UNITS = tuple(f"u-b{number}" for number in range(5))
STEPS = (1, 2, 5, 9, 13, *[17] * 35)
"""Of each forty cases thirty-five are closed."""
READERS = (
    Actor("p-office", at_organs("office")),
    Actor("p-organ", (Post("office", "u-npcsc-dep", ("u-npcsc-dep", "u-city")),)),
    Actor("p-registrar", (Post("registrar", "u-city", ("u-city",)),)),
    Actor("p-handler", (Post("handler", "u-b0", ("u-b0", "u-city")),)),
    Actor("p-section", (Post("handler", "u-b0-1", ("u-b0-1", "u-b0", "u-city")),)),
    Actor("c-npc", client_of="u-city"),
    Actor("p-n001", deputy=True),
)
COUNTED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/worklist", {}),
    ("/worklist", {"sort": "newest"}),
    ("/worklist", {"sort": "number"}),
    ("/worklist", {"status": "closed"}),
    ("/worklist", {"status": "erased"}),
    ("/worklist", {"light": "done"}),
    ("/worklist", {"light": "red"}),
    ("/worklist", {"channel": "session"}),
    ("/worklist", {"channel": "none"}),
    ("/worklist", {"period": "2024"}),
    ("/worklist", {"period": "2011", "kind": "suggestion"}),
    ("/worklist", {"unit": "u-b0"}),
    ("/worklist", {"unit": "u-none"}),
    ("/tally", {}),
    ("/tally", {"kind": "suggestion"}),
    ("/tally", {"unit": "u-b0"}),
)
"""Numbers from counters, whatever they are."""
EMPTY: tuple[dict[str, Any], ...] = (
    {"q": "不存在的词"},
    {"q": "龘"},
    {"q": "2031年第777777号建议"},
    {"lead": "u-none"},
    {"lead": "u-none", "subtree": True},
    {"subject": "none-such"},
    {"region": "none"},
    {"purpose": "none-such"},
    {"measure": "none-such"},
    {"due_from": "2040-01-01", "due_to": "2040-02-01"},
    {"batch": "0" * 32},
)
FOUND: tuple[dict[str, Any], ...] = (
    {"q": "雨水管网"},
    {"q": "第1号"},
    {"subject": "s3"},
    {"region": "c02"},
    {"lead": "u-b4"},
    {"running": True, "subject": "s3"},
    {"due_to": "2025-01-20"},
    {"waiting": True},
)
MANY: tuple[dict[str, Any], ...] = (
    {"q": "关于"},
    {"q": "建议 关于"},
    {"due_from": "2025-01-01"},
    {"lead": "u-b0", "subtree": True},
    {"mine": True},
    {"unseen": True},
    {"q": "建议"},
)
readers = pytest.mark.parametrize("who", READERS, ids=lambda who: who.sub)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def many(mongo_url: str) -> AsyncIterator[Portal]:
    """Copies of some cases; half of them at one unit."""
    async with open_portal(mongo_url) as made:
        model = ReadModel(made.runtime.kept, CASE_REGISTER.name, 1)
        await model.prepare(CASE_REGISTER.indexes)
        cases = [template(number) for number in range(2 * len(STEPS))]
        counters: Counter[str] = Counter()
        for number in range(CASES):
            counters.update(CASE_REGISTER.count(cases[number % len(cases)]))
        copies = [copied(cases[number % len(cases)], number) for number in range(CASES)]
        await made.database[REGISTER].insert_many(copies)
        rows = [{"dimension": d, "partition": 0, "n": n} for d, n in counters.items()]
        await made.database[COUNTERS].insert_many(rows)
        entries = organisation(MONDAY.date(), city(), *map(unit, UNITS), unit("u-b0-1", "u-b0"))
        await made.database["actors_g1"].insert_many(list(entries.entries.values()))
        yield made


def template(number: int) -> dict[str, Any]:
    """Returns a case of a unit that has half of them, or of one of the others."""
    named = {"subject": f"s{number % 8}", "region": f"c0{number % 7}", "client": "c-npc"}
    kind = "suggestion" if number % 4 else "proposal"
    period = "2025" if number % 3 else "2024"
    facts = lived(1, STEPS[number % len(STEPS)], kind=kind, period=period, **named)
    [case] = folded(CASE_REGISTER, facts).values()
    place = UNITS[0] if number % 2 else UNITS[1 + number // 2 % 4]
    moved = json.dumps(case, ensure_ascii=False).replace("u-hou", place).replace("u-fin", "u-b3")
    found: dict[str, Any] = json.loads(moved)
    found["intake"]["client"] = "c-npc"
    return {**found, **CASE_REGISTER.derive(found)}


def copied(case: Mapping[str, Any], number: int) -> dict[str, Any]:
    title = "雨水管网" if number % 50 == 0 else "电梯加装"
    named = {"title": f"关于{title}的建议", "label": f"2025年第{number}号建议"}
    moved = (number * 7) % CASES
    due = f"2025-{1 + moved * 11 // CASES:02d}-{1 + moved % 28:02d}T01:00:00.000Z"
    return {
        **case,
        **named,
        **found_by({**case["intake"], **named}),
        "_id": case_id(number),
        "registered_at": f"2024-01-01T00:00:00.{moved:04d}Z",
        "due": due if case["due"] < "9" else case["due"],
        "proposers": [f"p-n{number % 100:03d}"],
        "rev": 1,
    }


async def read(portal: Portal, who: Actor, path: str, **query: Any) -> tuple[int, Any]:
    """Returns how many keys of the register the store read, and the answer."""
    database = portal.runtime.kept
    await portal.get(path, who, **query)  # the store tries its plans
    await database.command("profile", 2)
    answer = await portal.get(path, who, **query)
    await database.command("profile", 0)
    asked = database["system.profile"].find({"ns": f"{database.name}.{REGISTER}"})
    keys = [max(each.get("keysExamined", 0), each.get("docsExamined", 0)) async for each in asked]
    await database["system.profile"].drop()
    assert answer.status_code == 200, answer.text
    return sum(keys), answer.json()


@readers
async def test_numbers_that_counters_know_read_no_case(many: Portal, who: Actor) -> None:
    for path, query in COUNTED:
        if who.client_of and "unit" in query:
            continue  # its cases of one unit are counted one by one
        wanted = {**query, "total": True} if path == "/worklist" else query
        keys, _ = await read(many, who, path, **wanted)
        assert keys <= FEW * len(who.posts or "-"), (path, query)


@readers
async def test_a_list_without_a_hit_reads_next_to_nothing(many: Portal, who: Actor) -> None:
    for query in EMPTY:
        keys, answer = await read(many, who, "/worklist", total=True, **query)
        assert (answer["total"], keys <= FEW) == (0, True), (query, keys)


@readers
async def test_a_filter_reads_the_cases_that_pass_it(many: Portal, who: Actor) -> None:
    """Once for the page and once for the number; some of them are not the reader's."""
    organ = READERS[0]
    for query in FOUND:
        keys, answer = await read(many, who, "/worklist", total=True, **query)
        everything = (await many.get("/worklist", organ, total=True, **query)).json()["total"]
        assert keys <= 4 * max(everything, answer["total"]) + 2 * FEW, (query, keys)


@readers
async def test_a_number_that_no_counter_knows_is_counted_up_to_a_bound(
    many: Portal, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer says that there are more; keys are read for the page and up to the bound."""
    bound = 20
    monkeypatch.setattr(numbers, "MOST_COUNTED", bound)
    for query in MANY:
        keys, answer = await read(many, who, "/worklist", total=True, **query)
        assert answer["total"] <= bound
        assert keys <= FEW * 2 * len(who.posts or "-"), (query, keys)
        keys, tally = await read(many, who, "/tally", **query)
        shown = answer["total"], answer["total_is_least"]
        assert (tally["total"], tally["is_least"]) == shown, query
        assert keys <= FEW * 2, (query, keys)
    if who is READERS[0]:
        assert shown == (bound, True)


async def test_a_number_below_the_bound_or_of_counters_is_whole(
    many: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "MOST_COUNTED", 20)
    for query in ({}, {"kind": "suggestion"}, {"q": "第1号"}, {"q": "不存在的词"}):
        answer = (await many.get("/worklist", READERS[0], total=True, **query)).json()
        assert not answer["total_is_least"], query


@readers
async def test_boards_read_what_runs_or_waits(many: Portal, who: Actor) -> None:
    running = (await many.get("/worklist", READERS[0], running=True, total=True)).json()["total"]
    for path, query in (("/lights", {}), ("/lights", {"by": "kind"}), ("/waiting", {})):
        keys, _ = await read(many, who, path, **query)
        assert keys <= 3 * running, (path, query, keys)


@pytest.mark.parametrize("who", READERS[:3], ids=lambda who: who.sub)
async def test_statistics_of_organs_and_vacant_units_read_no_closed_case(
    many: Portal, who: Actor
) -> None:
    for query in ({"group": "all"}, {"group": "unit", "tree": True}, {"group": "subject"}):
        keys, _ = await read(many, who, "/statistics", period="2025", **query)
        assert keys <= FEW, query
    measured = {"agency": "u-city", "period": "2025", "measure": "closed", "total": True}
    keys, answer = await read(many, who, "/worklist", **measured)
    assert (answer["total"] > FEW, keys <= 2 * FEW) == (True, True), keys
    keys, _ = await read(many, who, "/vacancies")
    assert keys <= CASES // len(STEPS) * 6
