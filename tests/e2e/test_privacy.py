"""Nothing that is sealed stands anywhere in clear: planted in every field of every kind, searched
in every place; and when a case is erased, nothing of it can be read any more."""

from pathlib import Path
from typing import Any

import pytest

from shared.testing.checklist import refusing
from tests.e2e.desk import Desk
from tests.e2e.matter import CLOSED, Matter, paper, registered
from tests.e2e.misplaced import forms, refused, registration
from tests.e2e.organisation import (
    AGENCY,
    FINANCE,
    HOUSING,
    OFFICE,
    PUBLISHER,
    REGISTRAR,
    SYSTEM,
    TANG,
    ZHANG,
    clerk,
)
from tests.e2e.private_matter import (
    PERIOD,
    UNIT,
    brought,
    erased,
    handed_on,
    handled_again,
    objected_to_in_vain,
    read_by_who_may,
    told,
    verified,
    worked_on,
)
from tests.e2e.traces import Secrets, traces
from tests.e2e.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


OPEN_KINDS = ("suggestion", "motion", "proposal")


async def test_of_a_sealed_case_no_word_is_found_anywhere_and_nothing_after_its_erasure(
    world: World, logs: list[Path]
) -> None:
    """A petition; a hotline letter lives in test_planted_everywhere.py."""
    secrets = Secrets()
    case = await brought(world, "petition", secrets)
    await objected_to_in_vain(case, secrets)
    await handed_on(case, secrets)
    await worked_on(case, secrets)
    await handled_again(case, secrets)
    await read_by_who_may(case, secrets)
    refusals = await refused_everywhere(case)
    assert await traces(world, secrets | refusals, logs) == set()
    await shown_without_words(case, secrets)
    await erased(case, secrets)
    assert await traces(world, secrets | refusals, logs) == set()
    await verified(world)


async def test_of_an_erased_open_case_opened_words_are_in_log_and_topic_only(  # noqa: PLR0915
    world: World, logs: list[Path]
) -> None:
    """Log and topic are append-only; the report says so. All else that was written is gone."""
    secrets, words = Secrets(), Secrets()
    case = await registered(world, planted("suggestion", words, secrets))
    await case.accept()
    parts = [{"unit": UNIT, "part": "lead", "scope": secrets.plant("scope of the lead", "路")},
             {"unit": FINANCE, "part": "co", "scope": secrets.plant("scope", "钱")}]  # fmt: skip
    await case.does(OFFICE, case.at("assignment", "assignments"), {"tasks": parts})
    await case.receive(UNIT)
    await objected_to_in_vain(case, secrets)
    await handed_on(case, secrets)
    replies = Secrets()
    await worked_on(case, secrets, replies)
    path = await case.rating(UNIT, TANG)
    reason = {"reason": secrets.plant("rating", "满意")}
    await case.does(TANG, path, {"attitude": "satisfied", "result": "satisfied"} | reason)
    await case.page()
    assert await traces(world, secrets, logs) == set()
    await erased(case, secrets)
    assert await traces(world, secrets, logs) == set()
    opened = {**words, **replies}
    found = {place.rpartition(" in ")[2] for place in await traces(world, opened, logs)}
    services = ("intake", "assignment", "handling", "disclosure")
    log = {f"{world.settings.space}_{name}.commits" for name in services}
    searched = {f"{world.settings.space}-case-events", "oplog"}
    assert searched <= found <= log | searched


async def refused_everywhere(case: Matter) -> Secrets:
    """Also what a form takes and a rule refuses: it was sealed before."""
    secrets = Secrets()
    for form in (registration("petition"), *await forms(case, UNIT)):
        await refused(case.world, form, secrets)
    late = {"text": secrets.plant("late draft", "再查")} | {
        "meaning": "solved",
        "disclosure": CLOSED,
    }
    for who, path, body in (
        (clerk(UNIT), await case.of_task("handling", UNIT, "drafts"), late),
        (OFFICE, case.at("intake", "refusal"),
         refusing("no-substance", note=secrets.plant("late note", "因"))),
        (PUBLISHER, await case.publication(UNIT, "withdrawal"),
         {"reason": secrets.plant("late reason", "因")}),
    ):  # fmt: skip
        answer = await case.world.ask("POST", path, who, json=body)
        assert answer.status_code == 409, answer.text
    return secrets


async def shown_without_words(case: Matter, secrets: Secrets) -> None:
    """Worklist and case page, also for who may read the texts elsewhere; nobody else finds it; the
    command line shows what the page shows, the public site nothing."""
    world = case.world
    office, stranger = Desk(world, OFFICE), Desk(world, clerk(HOUSING))
    page = await office.sees(f"/portal/v1/cases/{case.id}")
    lines = await office.sees("/portal/v1/worklist", period=PERIOD, limit=200)
    printed = await told(
        world, "case", case.id, "--as", OFFICE, "--api", world.processes.urls["api"]
    )
    assert case.id in str(lines)
    assert "（案由已加密）" in printed
    shown = str((page, lines)) + printed
    assert [what for what, secret in secrets.items() if secret in shown] == []
    assert await stranger.sees_nothing_at(f"/portal/v1/cases/{case.id}")
    assert case.id not in str(await stranger.sees("/portal/v1/worklist", period=PERIOD, limit=200))
    assert (await world.page(f"/cases/{case.id}")).status_code == 404


async def test_what_is_published_of_a_letter_is_nowhere_before(
    world: World, logs: list[Path]
) -> None:
    """Two persons wrote and read it; then it is public, and why it is taken down is not."""
    secrets, words = Secrets(), Secrets()
    writer = {"name": secrets.plant("name", "欧阳"), "phone": secrets.plant("phone")}
    case = await registered(world, paper("hotline", writer, consent=True, period=PERIOD))
    await case.accept()
    await case.assign(UNIT)
    await case.receive(UNIT)
    await case.reply(UNIT, text=secrets.plant("reply", "经查"), disclosure=CLOSED)
    said = {name: words.plant(f"public {name}", "关于") for name in ("title", "text")}
    await case.decide(UNIT, mode="open", form="abstract", **said)
    await case.page()
    assert await traces(world, secrets | words, logs) == set()
    await case.approve(UNIT)
    await case.page()
    assert said["text"] in (await world.page(f"/cases/{case.id}")).text
    why = {"reason": secrets.plant("why it is taken down", "因")}
    await case.does(PUBLISHER, await case.publication(UNIT, "withdrawal"), why)
    await case.page()
    assert (await world.page(f"/cases/{case.id}")).status_code == 410
    assert await traces(world, secrets, logs) == set()


@pytest.mark.parametrize("kind", OPEN_KINDS)
async def test_an_open_case_is_closed_until_it_is_accepted_and_its_contacts_for_ever(
    world: World, logs: list[Path], kind: str
) -> None:
    words, always = Secrets(), Secrets()
    body = planted(kind, words, always)
    case = await registered(world, body)
    refusals = Secrets()
    await refused(world, registration(kind), refusals)
    await case.page()
    assert await traces(world, words | always | refusals, logs) == set()
    await case.accept()
    await case.page()
    found = await traces(world, words, logs)
    assert {place.split()[0] for place in found} == {"title", "letter"}, "the search finds things"
    assert await traces(world, always, logs) == set()
    await case.withdraw()


@pytest.mark.parametrize("step", ["refusal", "return"])
async def test_a_case_that_is_never_accepted_is_never_open(
    world: World, logs: list[Path], step: str
) -> None:
    secrets = Secrets()
    case = await registered(world, planted("suggestion", secrets, secrets))
    said = refusing("no-substance", note=secrets.plant("note", "因"))
    for number, check in enumerate(said["checks"]):
        check["note"] = secrets.plant(f"check {number}", "因")
    await case.does(OFFICE, case.at("intake", step), said)
    await case.page()
    assert await traces(world, secrets, logs) == set()


async def test_a_case_withdrawn_before_it_was_accepted_is_never_open(
    world: World, logs: list[Path]
) -> None:
    secrets = Secrets()
    case = await registered(world, planted("suggestion", secrets, secrets))
    said = {"reason": secrets.plant("reason", "因")}
    await case.does(OFFICE, case.at("intake", "withdrawal"), said)
    await case.page()
    assert await traces(world, secrets, logs) == set()


def planted(kind: str, words: Secrets, always: Secrets) -> dict[str, Any]:
    contact = {"phone": always.plant("phone"), "address": always.plant("address", "中山路")}
    proposer = {"person": ZHANG if kind == "proposal" else TANG} | contact
    told = {"title": words.plant("title", "关于"), "text": words.plant("letter", "建议")}
    no = {"consent": False, "no_consent_reason": always.plant("no consent", "因")}
    return paper(kind, proposer, **told, **no, period=PERIOD)


async def test_phones_of_the_directory_and_words_that_were_refused_or_searched_for_leave_no_trace(
    world: World, logs: list[Path]
) -> None:
    secrets = Secrets()
    phone = {"phone": secrets.plant("a person's phone")}
    person = {"person": "p-new", "title": "新来的", "agency": AGENCY}
    await Desk(world, SYSTEM).does("/directory/v1/persons", person | phone)
    wrong = paper("petition", {"name": secrets.plant("name", "诸葛")}, period=PERIOD)
    wrong |= {"title": secrets.plant("title") * 20, "text": secrets.plant("letter"), "extra": "?"}
    answer = await world.ask("POST", "/intake/v1/cases", REGISTRAR, json=wrong)
    assert answer.status_code == 422
    word = secrets.plant("a search")
    await Desk(world, OFFICE).sees("/portal/v1/worklist", q=word)
    assert (await world.page(f"/cases?q={word}")).status_code == 200
    await world.settle()
    assert await traces(world, secrets, logs) == set()
