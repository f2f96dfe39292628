"""An erasure ends whole and once, wherever a process is killed on its way."""

from datetime import UTC, date, datetime
from typing import Any

from services.disclosure.domain.projections import PUBLIC_SITE
from services.portal.domain.register import CASE_REGISTER
from shared.contracts import disclosure as d
from shared.contracts import intake as i
from shared.contracts.case_event import Proposer
from shared.contracts.intake import PublicationEnded
from shared.contracts.payloads.handling import DisclosureProposal
from shared.kernel.policy import Due
from shared.testing.fold import folded
from shared.testing.service import MASTERS
from shared.vault.keys import Origin
from shared.vault.vault import Vault
from tests.component.erasure.city import ADMIN, CASE, LEADER, NAMES, City, Ports

TASK, REQUEST, UNIT = "a" * 12, "b" * 12, "u-hou"
WORDS = "王小明家门口积水"
NAME = "唐宏伟"
DIGEST = "0" * 64
LATER = datetime(2025, 3, 10, 1, tzinfo=UTC)
DUE = Due(at=LATER, rule="publication", policy="2025.1", calendar="2025")


def head(city: City) -> dict[str, Any]:
    mark = {"agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025"}
    return {**mark, "at": city.now}


async def published(city: City) -> None:
    """A suggestion whose reply is on the public site, with a text in every vault."""
    start = head(city)
    refs = {name: await planted(city, name) for name in NAMES}
    lead = Proposer(id="p-1", known=True, masked=NAME, part="lead", contact=refs["intake"])
    paper = {"subject": "urban-environment", "region": "direct", "received_on": date(2025, 3, 3)}
    registration = i.CaseRegistered(
        **start, **paper, title=refs["intake"], text=refs["intake"],
        proposers=(lead,), sealed=False,
        external_no="2025年第17号建议",
    )  # fmt: skip
    accepted = i.CaseAccepted(
        **start, **paper, by="p-office", title=WORDS, text=WORDS, proposers=(lead,)
    )
    ended = PublicationEnded(**start, task=TASK, request=REQUEST, how="disclosed")
    await city.services["intake"].given(f"intake-{CASE}", registration, accepted, ended)
    await city.services["disclosure"].given(f"disclosure-{CASE}", *publication(start))


async def planted(city: City, name: str) -> Any:
    vault = Vault(city.vaults[name], lambda: MASTERS, lambda: city.now)
    reference, text = (await vault.key(CASE)).seal(WORDS, "planted", name)
    await vault.keep(CASE, [text], Origin(f"{name}-{CASE}", "planted"))
    return reference


def publication(start: dict[str, Any]) -> tuple[Any, ...]:
    open_, on = DisclosureProposal(mode="open", form="full"), {**start, "task": TASK}
    public = d.Rendition(
        title=WORDS, label="2025年第1号建议", names=(NAME,), unit=UNIT, letter="A",
        meaning="solved", text=WORDS, form="full", replied_on=date(2025, 3, 3),
    )  # fmt: skip
    return (
        d.DisclosureNoted(**start, title=WORDS, label="2025年第1号建议", names=(NAME,)),
        d.DisclosureProposed(
            **on, unit=UNIT, proposal=open_, letter="A", meaning="solved", public_text=WORDS
        ),
        d.DisclosureOpened(**on, unit=UNIT, due=DUE, replied_on=date(2025, 3, 3)),
        d.DisclosureDecided(**on, mode="open", form="full", by="p-1"),
        d.DisclosureReviewed(**on, approved=True, by="p-2"),
        d.DisclosureRequested(**on, request=REQUEST),
        d.CaseDisclosed(**on, request=REQUEST, public=public, digest=DIGEST, url=f"/cases/{CASE}"),
    )


async def erased(dies_at: int | None) -> City:
    city = City(Ports(dies_at))
    await published(city)
    for name in NAMES:
        city.acknowledged[name] = {fact.id for fact in city.facts()}
    asked = {"reason": "person-asked"}
    answer = await city.services["intake"].post(f"/cases/{CASE}/erasure", asked, as_=ADMIN)
    assert answer.status_code == 201, answer.text
    city.now = city.services["intake"].now = LATER
    confirmation = f"/cases/{CASE}/erasure/confirmation"
    answer = await city.services["intake"].post(confirmation, as_=LEADER)
    assert answer.status_code == 201, answer.text
    await city.settle()
    return city


def story(city: City) -> dict[str, list[str]]:
    return {name: [event.type for event in city.of(name)] for name in NAMES}


async def test_pages_come_down_before_any_key_is_destroyed_and_the_report_comes_last() -> None:
    city = await erased(None)
    assert story(city)["disclosure"][-3:] == [
        "disclosure.withdrawn.v1", "pages.taken-down.v1", "disclosure.stopped.v1",
    ]  # fmt: skip
    assert story(city)["intake"][3:] == [
        "erasure.asked.v1", "erasure.confirmed.v1", "case.erased.v1",
        *["erasure.progressed.v1"] * 5, "erasure.completed.v1",
    ]  # fmt: skip
    report = (await city.services["intake"].get(f"/cases/{CASE}/erasure", as_=LEADER)).json()
    assert (report["step"], report["pages"], report["destroyed"]) == (
        "completed",
        1,
        [*sorted(NAMES)],
    )
    stayed = [each["code"] for each in report["stayed"]]
    assert stayed == ["chain", "open-words", "renditions", "public-names", "reads"]
    assert all(not each["name"].isascii() for each in report["stayed"])


async def test_nothing_is_shown_any_more() -> None:
    city = await erased(None)
    for name in ("intake", "disclosure"):
        page = await city.services[name].get(f"/cases/{CASE}", as_=LEADER)
        assert page.status_code == 200
        assert not [each for each in (WORDS, NAME, DIGEST) if each in page.text]
    for projection in (CASE_REGISTER, PUBLIC_SITE):
        document = str(folded(projection, city.facts()))
        assert WORDS not in document
        assert NAME not in document
        assert "第17号" not in document
    for name in NAMES:
        assert city.vaults[name].destroyed == {CASE}
        assert city.vaults[name].texts == {}


async def test_a_kill_at_any_step_changes_nothing() -> None:
    """Before each append, each destruction of a key and each acknowledgement, and after it."""
    whole = await erased(None)
    assert whole.ports.steps > 40
    for dies_at in range(1, whole.ports.steps + 1):
        killed = await erased(dies_at)
        assert killed.ports.dies_at is None, "it was killed"
        assert story(killed) == story(whole), dies_at
        assert all(killed.vaults[name].destroyed == {CASE} for name in NAMES)
        assert not any(killed.vaults[name].texts for name in NAMES)
