"""Journey: the case of others, guessed addresses and acts that no button offers give nothing:
neither on the page nor to a script of the page."""

import json
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import settled
from tests.e2e.console.papers import LEAD, Backstage

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.on_change("console", "handling", "intake"),
]
STRANGER = "p-tra-handler"
READS = (
    "portal/cases/{case}", "intake/cases/{case}", "assignment/cases/{case}",
    "handling/cases/{case}", "feedback/cases/{case}", "disclosure/cases/{case}",
    "reminder/cases/{case}/clocks", "handling/cases/{case}/actions",
)  # fmt: skip
SEND = """async ([path, body]) => {
    const { csrf } = await (await fetch('/console/session')).json()
    const headers = { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json',
                      'Idempotency-Key': crypto.randomUUID() }
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    return [answer.status, await answer.text()]
}"""


async def said_of(person: Person, case: str, path: str) -> tuple[object, str]:
    """Returns status and text of an answer, without the names of the case and of the request."""
    answer = await person.asks(f"/console/api/{path.format(case=case)}")
    told = json.loads(str(answer["text"]))
    for name in ("instance", "correlation_id", "trace_id"):
        told.pop(name, None)
    return answer["status"], json.dumps(told).replace(case, "")


async def test_the_case_of_others_looks_like_one_that_does_not_exist(
    arrive: Arrive, backstage: Backstage
) -> None:
    case, none = await backstage.assigned(), uuid4().hex
    stranger = await arrive(STRANGER)
    stranger.complaints.expected |= {403, 404}
    for path in READS:
        status, told = await said_of(stranger, case, path)
        assert (status, told) == await said_of(stranger, none, path), path
        assert "火车站" not in told
    texts = []
    for each in (case, none):
        await stranger.open(f"/console/cases/{each}")
        await settled(stranger)
        await expect(stranger.page.get_by_role("alert")).to_be_visible()
        texts.append(await stranger.page.locator("main").inner_text())
    assert texts[0] == texts[1]
    assert await stranger.page.locator(".actions").count() == 0


async def test_acts_that_no_button_offers_are_refused_and_leave_no_fact(
    arrive: Arrive, backstage: Backstage
) -> None:
    """Of somebody else's case as if it were none; of an own case by the access table."""
    case = await backstage.assigned()
    handler, stranger = await arrive(LEAD), await arrive(STRANGER)
    course = await handler.asks(f"/console/api/portal/cases/{case}?actions=false")
    [task] = json.loads(str(course["text"]))["assignment"]["tasks"]
    place = f"/console/api/handling/cases/{case}/tasks/{task}/signature"
    for person, status in ((handler, 403), (stranger, 404)):
        person.complaints.expected |= {403, 404}
        assert "签发" not in await handler.may(case)
        answer = await person.page.evaluate(SEND, [place, {}])
        assert answer[0] == status, answer
    again = await handler.asks(f"/console/api/portal/cases/{case}?actions=false")
    assert again["text"] == course["text"]
