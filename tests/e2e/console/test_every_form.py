"""Every form that somebody is offered on a case, in both languages: it breaks no rule of WCAG 2.2 A
and AA with what it loads later, and Esc gives the focus back to its button. A form that comes later
is looked at by itself."""

import json

import pytest
from playwright.async_api import expect

from tests.e2e.console.browser import FORM, Person
from tests.e2e.console.conftest import Arrive
from tests.e2e.console.looking import axe, settled, turn_to
from tests.e2e.console.papers import CO_UNIT, HEAD, LEAD, OFFICE, REGISTRAR, Backstage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("console")]
PEOPLE = (
    OFFICE, LEAD, HEAD, "p-leader-1", "p-office-2", "p-office-3", "p-office-4", REGISTRAR,
    "p-pub-1",
)  # fmt: skip
OFFERED = ".actions button:not(.blocked)"
FEWEST = 20
"""Forms that these people are offered at the least; fewer of them and the journey sees nothing."""


async def one_of_each(person: Person) -> list[str]:
    """Returns a case of each kind and status that the person sees, the newest ones."""
    path = "/console/api/portal/worklist?sort=newest&limit=200"
    lines = json.loads(str((await person.asks(path))["text"]))["items"]
    found = {(line["kind"], line["status"]): line["case_id"] for line in reversed(lines)}
    return sorted(found.values())


async def test_every_form_breaks_no_rule_and_gives_the_focus_back(
    arrive: Arrive, backstage: Backstage
) -> None:
    for begun in (backstage.registered, backstage.replied):
        await begun()
    await backstage.assigned(CO_UNIT)
    looked_at: set[str] = set()
    faults: list[str] = []
    for sub in PEOPLE:
        person = await arrive(sub)
        for case in await one_of_each(person):
            await person.see(case)
            await settled(person)
            for at, name in enumerate(await person.buttons()):
                act = name.partition("（")[0]
                if act not in looked_at:
                    looked_at.add(act)
                    faults += [f"{name}: {each}" for each in await faults_of(person, at)]
    assert not faults, "\n".join(faults)
    assert len(looked_at) >= FEWEST, sorted(looked_at)


async def faults_of(person: Person, at: int) -> list[str]:
    """Opens and leaves the form of a button in both languages, by keyboard."""
    button, form = person.page.locator(OFFERED).nth(at), person.page.locator(FORM)
    found: list[str] = []
    for language in ("English", "中文"):
        await turn_to(person, language)
        await button.press("Enter")
        await form.wait_for()
        await settled(person)
        found += [f"{language}: {each}" for each in await axe(person)]
        await person.page.keyboard.press("Escape")
        await form.wait_for(state="detached")
        await expect(button).to_be_focused()
    return found
