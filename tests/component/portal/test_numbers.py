"""Numbers and their lists, for readers of every kind: a number says how long its list is, or how
many of what it counts the reader may open."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from shared.kernel.actor import Actor, Post
from shared.testing.organisation import city, organisation, seat, staffed, unit
from shared.testing.service import MONDAY, at_organs, policies
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal

BYS = ("unit", "kind", "channel", "region", "subject")
KINDS = ("suggestion", "proposal", "petition")
MOST = 200


def posted(sub: str, *posts: tuple[str, str], held_by: str | None = None) -> Actor:
    """`posts`: role and unit."""
    path = {"u-hou-1": ("u-hou-1", "u-hou", "u-city"), "u-city": ("u-city",), "u-tow": ("u-tow",)}
    return Actor(
        sub, tuple(Post(role, at, path.get(at, (at, "u-city")), held_by) for role, at in posts)
    )


def organ_of(kind: str, role: str) -> Actor:
    """Returns a person at the organs of one kind alone."""
    rows = [row for row in policies().rows if row.kind == kind]
    duties = ("screening", "supervision", "publication")
    places = sorted({getattr(row.organs, duty) for row in rows for duty in duties} - {"agency"})
    return posted(f"p-{kind}-{role}", *((role, place) for place in places))


READERS = (
    *(organ_of(kind, "office") for kind in KINDS),
    organ_of("suggestion", "publisher"),
    Actor("p-office", at_organs("office")),
    posted("p-registrar", ("registrar", "u-city")),
    posted("p-leader", ("leader", "u-city")),
    posted("p-accused", ("leader", "u-city")),
    posted("p-auditor", ("auditor", "u-city")),
    posted("p-elsewhere", ("leader", "u-tow")),
    posted("p-both", ("leader", "u-tow"), ("handler", "u-hou")),
    posted("p-handler", ("handler", "u-hou")),
    posted("p-section", ("handler", "u-hou-1")),
    posted("p-co", ("handler", "u-fin")),
    posted("p-aide", ("leader", "u-city"), held_by="p-accused"),
    posted("p-operator", ("operator", "u-city")),
    Actor("p-n001", deputy=True),
    Actor("c-npc", client_of="u-city"),
    Actor("p-stranger"),
)
readers = pytest.mark.parametrize("who", READERS, ids=lambda who: who.sub)
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.on_change("portal")]
UNITS = (unit("u-hou"), seat("liaison", "u-hou"), unit("u-hou-1", "u-hou"))
AGAINST = {5: ["p-accused"], 8: ["u-fin"], 11: ["p-handler"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Cases of three kinds and two agencies at several steps; some are against somebody, 25 of them
    wait at a unit whose posts are vacant."""
    facts = lived(1, 17) + lived(2, 9) + lived(3, 1, region=None) + lived(4, 9, kind="proposal")
    facts += lived(5, 9) + lived(6, 9, agency="u-tow") + lived(7, 1, agency="u-tow")
    for number, steps in ((8, 9), (9, 9), (10, 2)):
        facts += lived(number, steps, kind="petition", channel="letter")
    facts += lived(11, 9, kind="proposal")
    for number in range(12, 37):
        facts += lived(number, 7)
    entries = organisation(MONDAY.date(), city(), *UNITS, *staffed("u-fin")).entries
    async with open_portal(mongo_url) as made:
        await keep(made.database, facts)
        await made.database["actors_g1"].insert_many(list(entries.values()))
        for number, ids in AGAINST.items():
            against = {"$set": {"against": ids}}
            await made.database[REGISTER].update_one({"_id": case_id(number)}, against)
        yield made


async def answer(portal: Portal, who: Actor, path: str, **query: Any) -> Any:
    found = await portal.get(path, who, **query)
    assert found.status_code == 200, (path, query, found.text)
    return found.json()


LISTED: dict[tuple[str, str], int] = {}
"""Lengths of lists that were read before: reader and query → lines."""


async def listed(portal: Portal, who: Actor, **query: Any) -> int:
    """Returns how many lines the list has, which its own total says, too."""
    key = (who.sub, str(sorted(query.items())))
    if key not in LISTED:
        page = await answer(portal, who, "/worklist", total=True, limit=MOST, **query)
        assert page["next"] is None
        assert page["total"] == len(page["items"]), query
        LISTED[key] = page["total"]
    return LISTED[key]


CHOSEN: tuple[dict[str, Any], ...] = (
    {}, {"unseen": True}, {"agency": "u-tow"}, {"kind": "petition"}, {"channel": "session"},
    {"unit": "u-hou"}, {"unit": "u-fin", "kind": "suggestion"}, {"running": True},
)  # fmt: skip


@readers
async def test_a_tally_counts_its_lists(portal: Portal, who: Actor) -> None:
    for chosen in CHOSEN:
        tally = await answer(portal, who, "/tally", **chosen)
        assert tally["total"] == await listed(portal, who, **chosen)
        for light, number in tally["light"].items():
            assert number == await listed(portal, who, light=light, **chosen), light
        for status, number in tally["status"].items():
            assert number == await listed(portal, who, status=status, **chosen), status


@readers
async def test_a_counter_of_the_desk_counts_its_list(portal: Portal, who: Actor) -> None:
    for each in await answer(portal, who, "/waiting"):
        assert each["count"] == await listed(portal, who, **dict(parse_qsl(each["query"])))


def listed_by(group: str, value: str) -> dict[str, Any]:
    if group == "unit":
        return {"unassigned": True} if value == "-" else {"lead": value, "subtree": True}
    return {group: "none" if value == "-" else value}


@readers
@pytest.mark.parametrize("by", BYS)
async def test_a_board_of_lights_counts_its_lists(portal: Portal, who: Actor, by: str) -> None:
    board = await answer(portal, who, "/lights", by=by, tree=True)
    for group in (board["whole"], *board["groups"]):
        query = {} if group["value"] == "all" else listed_by(by, group["value"])
        for light, number in group["lights"].items():
            assert number == await listed(portal, who, light=light, **query), group
        assert group["total"] == await listed(portal, who, running=True, **query), group


@readers
@pytest.mark.parametrize("by", ["all", *BYS, "purpose"])
async def test_statistics_say_how_many_of_each_number_can_be_opened(
    portal: Portal, who: Actor, by: str
) -> None:
    flat: dict[str, Any] = {"agency": "u-tow"}
    for chosen in ({"tree": True}, *([flat, {"kind": "petition"}] if by == "unit" else [])):
        asked = {"period": "2025", "group": by, **chosen}
        found = await portal.get("/statistics", who, **asked)
        if found.status_code == 403 and by == "purpose":
            continue
        for group in found.json()["groups"]:
            query = dict(parse_qsl(group["query"]))
            for measure, number in group["counts"].items():
                opened = group["opened"].get(measure, 0)
                assert opened <= number, (group["value"], measure)
                assert opened == await listed(portal, who, measure=measure, **query), (
                    group["value"], measure, chosen,
                )  # fmt: skip
            assert group["opened"].keys() <= group["counts"].keys()


@readers
async def test_rows_of_units_add_up_to_the_whole(portal: Portal, who: Actor) -> None:
    """Cases that no unit answers for, and kinds that are not counted by unit, have rows, too."""
    for kind in ({}, {"kind": "petition"}, {"kind": "suggestion"}):
        asked = {"period": "2025", "group": "unit", "tree": True, **kind}
        found = await portal.get("/statistics", who, **asked)
        if found.status_code == 403:
            return
        whole, *rows = found.json()["groups"]
        for numbers in ("counts", "opened"):
            total: Counter[str] = sum(
                (Counter(row[numbers]) for row in rows if not row["depth"]), Counter()
            )
            assert total == Counter(whole[numbers]), (kind, numbers)
    board = await answer(portal, who, "/lights", by="unit", tree=True)
    lit = sum((Counter(row["lights"]) for row in board["groups"] if not row["depth"]), Counter())
    assert lit == +Counter(board["whole"]["lights"])


async def test_what_is_not_handed_out_has_the_last_rows(portal: Portal) -> None:
    by_sub = {who.sub: who for who in READERS}
    asked = {"period": "2025", "group": "unit", "tree": True}
    of_leader = (await answer(portal, by_sub["p-leader"], "/statistics", **asked))["groups"]
    assert [group["value"] for group in of_leader][-1] == "-"
    of_handler = (await answer(portal, by_sub["p-handler"], "/statistics", **asked))["groups"]
    assert [group["value"] for group in of_handler][-2:] == ["-", "other-kinds"]
    assert of_handler[-1]["counts"]["registered"] == 3


@readers
async def test_a_vacant_unit_counts_the_tasks_of_its_list(portal: Portal, who: Actor) -> None:
    found = await portal.get("/vacancies", who)
    if found.status_code == 403:
        return
    for unit_shown in found.json()["units"]:
        whole = await answer(portal, who, "/vacancies", unit=unit_shown["unit"])
        [alone] = whole["units"]
        assert alone["waiting"] == unit_shown["waiting"] == len(alone["tasks"])
        assert unit_shown["tasks"] == alone["tasks"][:20]


async def test_who_sees_an_agency_opens_all_that_is_counted(portal: Portal) -> None:
    by_sub = {who.sub: who for who in READERS}
    registered = {}
    for sub in ("p-leader", "p-accused", "p-aide", "p-suggestion-office", "p-handler"):
        asked = {"period": "2025", "group": "all"}
        [whole] = (await answer(portal, by_sub[sub], "/statistics", **asked))["groups"]
        registered[sub] = (whole["counts"]["registered"], whole["opened"].get("registered", 0))
    assert registered["p-leader"] == (34, 34)
    assert registered["p-accused"] == registered["p-aide"] == (33, 33), "it would tell of the case"
    assert registered["p-suggestion-office"] == (34, 31)
    assert registered["p-handler"][0] == 33


async def test_a_query_by_unit_leaves_out_the_kinds_that_are_not_counted(portal: Portal) -> None:
    by_sub = {who.sub: who for who in READERS}
    handler, leader = by_sub["p-handler"], by_sub["p-leader"]
    chosen = {"agency": "u-city", "lead": "u-hou", "subtree": True}
    own = await listed(portal, handler, **chosen)
    assert own - await listed(portal, handler, by_unit=True, **chosen) == 2
    assert await listed(portal, leader, **chosen) == await listed(
        portal, leader, by_unit=True, **chosen
    )
