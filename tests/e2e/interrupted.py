"""Cases that are erased in the middle of their lives: reviewed and swapped, paused with a draft,
merged into another one."""

from datetime import timedelta
from typing import Any

from tests.e2e.matter import CLOSED, Matter, paper, registered
from tests.e2e.organisation import LEADER, OFFICE, SECURITY, TANG, TRAFFIC, clerk
from tests.e2e.planting import Planting
from tests.e2e.private_matter import PERIOD, UNIT
from tests.e2e.world import World


async def of_deputy(world: World) -> Matter:
    return await registered(world, paper("suggestion", {"person": TANG}, period=PERIOD))


async def handed_out(case: Matter) -> Matter:
    tasks = [{"unit": UNIT, "part": "lead", "scope": "因"}]
    tasks += [{"unit": TRAFFIC, "part": "co", "scope": "因"}]
    await case.accept()
    await case.does(OFFICE, case.at("assignment", "assignments"), {"tasks": tasks})
    for unit in (UNIT, TRAFFIC):
        await case.receive(unit)
    return case


async def reviewed_and_swapped(world: World) -> Matter:
    """A petition whose lead and co-handler changed places, up to the second review."""
    body = paper("petition", {"name": "某人"}, period=PERIOD)
    case = await handed_out(await registered(world, body))
    swap = await case.of_task("assignment", TRAFFIC, "swap")
    await case.does(OFFICE, swap, {"reason": "因"})
    for unit in (TRAFFIC, UNIT):
        await case.receive(unit)
    await case.contact(TRAFFIC, mode="letter")
    await case.opine(UNIT)
    await case.reply(TRAFFIC, disclosure=CLOSED)
    await case.page()
    await reviewed(case, await case.task(TRAFFIC))
    return case


async def reviewed(case: Matter, task: str) -> None:
    opinion = {"outcome": "upheld", "findings": "因", "ruling": "因", "issuer": "因"}
    for hearing in (False, True):
        await of_review(case, task, "request", reason="因")
        if hearing:
            day = (await case.world.now()).date() + timedelta(days=8)
            await of_review(case, task, "hearing", day=day.isoformat(), place="因")
            await case.world.pass_days(9)
            await of_review(case, task, "hearing-end", held=True, note="因")
        await of_review(case, task, "opinion", **opinion)
        today = (await case.world.now()).date().isoformat()
        await of_review(case, task, "delivery", on=today, mode="letter")


async def of_review(case: Matter, task: str, step: str, **body: Any) -> None:
    await case.does(OFFICE, case.at("feedback", "reviews", task, step), body)


async def paused_with_a_draft(world: World) -> Matter:
    case = await handed_out(await of_deputy(world))
    await case.contact(UNIT)
    await case.draft(UNIT)
    until = ((await world.now()).date() + timedelta(days=40)).isoformat()
    wish = {"until": until, "reason": "litigation", "explanation": "因"}
    path = await case.of_task("handling", UNIT, "suspension-request")
    await case.does(clerk(UNIT), path, wish)
    path = await case.of_task("handling", UNIT, "suspension-decision")
    await case.does(OFFICE, path, {"approved": True, "note": "因"})
    return case


async def merged_into_another(world: World) -> list[Matter]:
    """Returns the member and its master."""
    member, master = await of_deputy(world), await of_deputy(world)
    for case in (master, member):
        await case.accept()
    into = {"into": master.id, "reason": "因"}
    await member.does(OFFICE, member.at("intake", "merger"), into)
    return [member, master]


async def interrupted(world: World, planting: Planting) -> list[Matter]:
    """The master is erased after its member."""
    planting.left_out = frozenset({"proposers[].name", "no_consent_reason"})
    return [await paused_with_a_draft(world), *await merged_into_another(world)]


async def erased_together(cases: list[Matter]) -> None:
    for case in cases:
        await case.does(SECURITY, case.at("intake", "erasure"), {"reason": "person-asked"})
    await cases[0].world.pass_days(14)
    for case in cases:
        await case.does(LEADER, case.at("intake", "erasure", "confirmation"))
    for case in cases:
        assert (await case.page())["status"] == "erased", case
