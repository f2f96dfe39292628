"""Every page of the router, in both languages, by the rules of WCAG 2.2 A and AA and in a small
window: a page that comes later is looked at by itself."""

from collections.abc import Collection

import pytest

from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import go, looked_at, menu_of, routes_of
from tests.e2e.console.papers import HEAD, LEAD, OFFICE, REGISTRAR, Backstage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
PEOPLE = (OFFICE, REGISTRAR, HEAD, "p-pub-1", "p-ops-1", "p-audit-1", LEAD)
"""Together they open every page; the last one what is in no menu."""
TABS = (
    "basic", "text", "units", "contacts", "opinions", "reply", "rating", "disclosure", "course",
)  # fmt: skip
EXAMPLES = {
    "/cases/:caseId([0-9a-f]{32})": [f"/cases/{{case}}?tab={tab}" for tab in TABS],
    "/:rest(.*)*": ["/no/such/page"],
}
"""Path of the router with a parameter → addresses that it leads to."""


def addresses_of(paths: Collection[str]) -> dict[str, list[str]]:
    """Returns addresses by the paths that lead there; fails for a path without an example."""
    without = [path for path in paths if ":" in path and path not in EXAMPLES]
    assert not without, f"EXAMPLES has no address for {without}"
    return {path: EXAMPLES.get(path, [path]) for path in paths}


async def test_every_page_breaks_no_rule_and_loses_nothing_at_200_percent(
    arrive: Arrive, backstage: Backstage
) -> None:
    case = await backstage.assigned()
    faults: list[str] = []
    left: dict[str, list[str]] | None = None
    for sub in PEOPLE:
        person = await arrive(sub)
        person.complaints.expected.add(404)
        left = addresses_of(await routes_of(person)) if left is None else left
        mine = left if sub == PEOPLE[-1] else await menu_of(person)
        for address in [each for path in mine for each in left.get(path, [])]:
            await go(person, address.format(case=case))
            faults += await looked_at(person, address)
        left = {path: addresses for path, addresses in left.items() if path not in mine}
    assert not faults, "\n".join(faults)
