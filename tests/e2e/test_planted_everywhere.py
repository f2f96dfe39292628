"""A word in every text field of every form, as OpenAPI has them: a new field is planted, too, and
is found where it stands in clear."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.ops.base.errors import OpsError
from shared.testing.checklist import refusing
from shared.testing.eventually import eventually
from tests.e2e.desk import Desk
from tests.e2e.interrupted import erased_together, interrupted, reviewed_and_swapped
from tests.e2e.matter import Matter, paper, registered
from tests.e2e.organisation import (
    AGENCY,
    GUO,
    LEADER,
    OFFICE,
    PUBLISHER,
    REGISTRAR,
    SECURITY,
    SYSTEM,
    TANG,
    TRAFFIC,
    WATER,
)
from tests.e2e.planting import NOT_PLANTED, Place, Planting, every_text, form_at, planting_in, takes
from tests.e2e.private_matter import (
    PERIOD,
    UNIT,
    brought,
    erased,
    handed_on,
    handled_again,
    kept_from_the_public,
    objected_to_in_vain,
    read_by_who_may,
    verified,
    worked_on,
)
from tests.e2e.reading import seen
from tests.e2e.traces import Secrets, traces
from tests.e2e.world import World

REPLACED = Secrets()
"""Words of the steps themselves: every one is written over with a planted word."""
SHOWN = {
    "intake /cases/{case_id}", "intake /cases/{case_id}/attachments/{attachment_id}",
    "assignment /cases/{case_id}", "handling /cases/{case_id}", "feedback /cases/{case_id}",
    "disclosure /cases/{case_id}", "portal /cases/{case_id}", "portal /cases/{case_id}/print",
    "portal /cases/{case_id}/notices/{notice}/print", "portal /cases/by-number/{label}",
    "portal /similar", "portal /worklist", "portal /worklist/export", "portal /worklist/print",
    "my",
}  # fmt: skip
"""Readers that show the words of cases that are not erased: an empty answer proves an erasure."""
WORDS = {"title": "因", "text": "因", "asks": ["因"]}
PICTURE = b"\x89PNG\r\n\x1a\n"
ONE_OF_A_KIND = frozenset({"proposers[].name", "no_consent_reason"})
"""A deputy has a name already, and who consents has no reason not to."""


@pytest.mark.asyncio(loop_scope="session")
async def test_every_text_of_every_form_is_found_nowhere_and_cannot_be_read_after_erasure(
    world: World, logs: list[Path]
) -> None:
    (sealing, sealed), (opening, open_), (halting, begun) = map(planting_in, (world,) * 3)
    reviewing, reviewed = planting_in(world)
    letter = await kept_letter(sealing, sealed)
    of_letter = Secrets(sealed.secrets)
    uploaded_ = await kept_otherwise(sealing, sealed)
    suggestion, master = await published_and_taken_down(opening, open_)
    halted = [await reviewed_and_swapped(reviewing), *await interrupted(halting, begun)]
    cases = [letter, suggestion, master, *halted]
    of_cases = of_letter | reviewed.secrets | open_.secrets | begun.secrets
    assert (await seen(world, cases, of_cases)).keys() >= SHOWN
    opened = without_opened(open_) | without_opened(begun, signed=False)
    secrets = sealed.secrets | reviewed.secrets | opened
    assert await traces(world, secrets, logs) == set()
    for case in (letter, suggestion):
        await erased(case, REPLACED)
    await erased_with_its_file(uploaded_)
    await erased_together([*halted, master])
    assert await seen(world, cases, of_cases) == {}
    assert await traces(world, secrets, logs) == set()
    await verified(world)
    assert not_planted(sealed, reviewed, open_, begun) == NOT_PLANTED.keys()


def not_planted(*plantings: Planting) -> set[Place]:
    return every_text().difference(*(planting.planted for planting in plantings))


async def kept_otherwise(sealing: World, sealed: Planting) -> Matter:
    """Plants in all that is not read after an erasure: cases that stay, persons, drafts; returns
    the case of a ledger."""
    await never_accepted(sealing)
    await named_accused(sealing)
    await rerouted(sealing)
    await linked_and_split(sealing)
    await classified_anew(sealing)
    await amended_in_a_call(sealing, sealed)
    await persons_and_acts(sealing)
    await kept_beside_cases(sealing, sealed)
    return await uploaded(sealing, sealed)


async def kept_letter(world: World, planting: Planting) -> Matter:
    """A hotline letter from its registration to the decision that it stays closed. All that was
    planted can be read by those who may, but what was written anew since."""
    case = await brought(world, "hotline", REPLACED)
    await case.does(OFFICE, case.at("intake", "accused"), {"note": "因", "reason": "因"})
    await case.does(OFFICE, case.at("assignment", "cohandlers"), {"unit": WATER, "reason": "因"})
    path = await case.of_task("assignment", WATER, "removal")
    await case.does(OFFICE, path, {"reason": "因"})
    await objected_to_in_vain(case, REPLACED)
    await handed_on(case, REPLACED)
    await worked_on(case, REPLACED)
    await handled_again(case, REPLACED)
    removed = await attached(case, planting)
    before = set(planting.secrets)
    await kept_from_the_public(case, REPLACED)
    public = [what for what in planting.secrets if what not in before]
    # The reason of a removal stands where that of the joining stood.
    joining = planting.those("assignment /cases/{case_id}/cohandlers reason")
    accused = planting.those("intake /cases against.note")
    written_anew = {*public[: len(public) // 2], *joining, *accused, *removed}
    lasting = {what: word for what, word in planting.secrets.items() if what not in written_anew}
    await read_by_who_may(case, Secrets(lasting))
    await refused(case)
    return case


async def attached(case: Matter, planting: Planting) -> Secrets:
    """Adds two files to a letter and removes the first; returns the words that no view shows: those
    that went with it, and what stands in the files."""
    first = await one_file(case, planting)
    gone = planting.those("intake /cases/{case_id}/uploads", "intake /cases/{case_id}/attachments")
    path = case.at("intake", "attachment-removal")
    await case.does(OFFICE, path, {"attachment": first, "reason": "因"})
    await one_file(case, planting)
    return Secrets({**gone, **planting.those("content of a file")})


async def one_file(case: Matter, planting: Planting) -> str:
    id_ = uuid4().hex
    content = PICTURE + planting.secrets.plant(f"content of a file {id_}").encode()
    path = f"/intake/v1/cases/{case.id}/uploads/{id_}"
    body = planting.filled(path, {"name": "因", "size": len(content)})
    begun = await case.world.ask("PUT", path, OFFICE, json=body | {"name": f"{body['name']}.png"})
    assert begun.is_success, begun.text
    await case.world.ask("PUT", f"{path}/pieces/0", OFFICE, content=content)
    added = {"upload": id_, "note": "因"}
    await case.does(OFFICE, case.at("intake", "attachments"), added)
    whole = await case.world.ask("GET", case.at("intake", "attachments", id_), OFFICE)
    assert whole.content == content
    return id_


async def refused(case: Matter) -> None:
    """Requests that are refused: what they say is kept nowhere."""
    finding = {"field": "text", "start": 1, "reason": "因"}
    exempted = {"mode": "open", "form": "abstract", "exemptions": [finding]}
    void = {"number": "临建字〔2025〕9号", "reason": "因"}
    acts = [f"/{of}/v1/pending-acts/{of}-{case.id}:1/refusal" for of in ("disclosure", "intake")]
    more = {"until": "2025-01-02", "reason": "因"}
    no = {"granted": False, "note": "因"}
    still = {"until": "2025-01-02", "reason": "litigation", "explanation": "因"}
    back = {"reason": "outside-remit", "explanation": "因", "head_statement": "因"}
    paper_ = back | {"on": "2025-01-06"}
    wish = {"cohandler": WATER, "scope": "因", "reason": "因"}
    ruling = {"ruled_unit": WATER, "reason": "因", "scope": "因"}
    team = [{"unit": WATER, "part": "separate", "scope": "因"}]
    plan = case.at("assignment", "plans", "a" * 12, "decision")
    review = case.at("feedback", "evaluations", "a" * 12, "rehandling-decision")
    signature = f"/intake/v1/cases/{case.id}/signatures/{TANG}"
    for path, body in (
        (await case.publication(UNIT, "exemptions", 2), exempted),
        *((act, {"reason": "因"}) for act in acts),
        (await case.of_task("handling", UNIT, "extension-request"), more),
        (await case.of_task("handling", UNIT, "extension-decision"), no),
        (await case.of_task("handling", UNIT, "suspension-request"), still),
        (await case.of_task("handling", UNIT, "suspension-decision"), no),
        (await case.of_task("handling", UNIT, "resumption"), {"note": "因"}),
        (await case.of_task("handling", UNIT, "numbers/voidings"), void),
        (await case.of_task("assignment", UNIT, "paper-objection"), paper_),
        (await case.of_task("assignment", UNIT, "objection"), back),
        (await case.of_task("assignment", UNIT, "cohandler-proposal"), wish),
        (await case.of_task("assignment", UNIT, "cohandler-decision"), no | {"scope": "因"}),
        (await case.of_task("assignment", UNIT, "arbitration"), ruling),
        (case.at("assignment", "plans"), {"tasks": team, "reason": "因"}),
        (plan, {"verdict": "changed", "tasks": team, "note": "因"}),
        (await case.of_task("assignment", UNIT, "swap"), {"reason": "因"}),
        (review, {"ordered": False, "note": "因"}),
        *of_reviews(case),
        *of_charges(case),
        (f"{signature}/confirmation", {"evidence": "因"}),
        (f"{signature}/refusal", {"evidence": "因"}),
    ):
        at_once, _, _ = path.partition("?")  # with `at_least` strangers are told to ask again
        with pytest.raises(OpsError):
            await case.world.api.post(at_once, PUBLISHER, body)


def of_reviews(case: Matter) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the acts of the review of an opinion on a petition, with their bodies."""
    opinion = {"outcome": "upheld", "findings": "因", "ruling": "因", "issuer": "因"}
    bodies = {
        "request": {"reason": "因"},
        "hearing": {"day": "2025-01-09", "place": "因"},
        "hearing-end": {"held": False, "note": "因"},
        "opinion": opinion,
    }
    for step, body in bodies.items():
        yield case.at("feedback", "reviews", "a" * 12, step), body


def of_charges(case: Matter) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the acts of the charge of a leader, with their bodies."""
    charges = ("assignment", "charges")
    milestones = [{"goal": "因", "day": "2025-01-09"}]
    plan = {"problem": "因", "measures": "因", "milestones": milestones}
    yield case.at(*charges), {"scheme": "charge", "leader": LEADER, **plan}
    yield case.at(*charges, "a" * 12, "report"), {"note": "因"}
    yield case.at(*charges, "a" * 12, "end"), {"result": "unresolved", "note": "因"}


async def published_and_taken_down(world: World, planting: Planting) -> tuple[Matter, Matter]:
    """A deputy's suggestion, rated by himself; and the case with which it was once merged."""
    planting.left_out = ONE_OF_A_KIND
    body = paper("suggestion", {"person": TANG}, consent=True, period=PERIOD)
    case = await registered(world, body)
    await case.accept()
    master = await merged_and_undone(case, planting)
    await case.assign(UNIT, co=(TRAFFIC,))
    await case.receive(UNIT)
    await case.receive(TRAFFIC)
    await worked_on(case, REPLACED)
    await case.rate(UNIT, TANG)
    planting.left_out = frozenset({"title", "text"})
    await case.decide(UNIT)
    await case.approve(UNIT)
    await case.page()
    assert await case.is_published()
    down = await case.publication(UNIT, "withdrawal")
    await case.does(PUBLISHER, down, {"reason": "因"})
    await case.page()
    return case, master


async def never_accepted(world: World) -> None:
    said = refusing("no-substance", "petition", note="因")
    for step, body in (("refusal", said), ("return", said), ("withdrawal", {"reason": "因"})):
        case = await registered(world, paper("petition", {"name": "某人"}, period=PERIOD))
        await case.does(OFFICE, case.at("intake", step), body)
        if step == "return":
            await case.does(OFFICE, case.at("intake", "resubmission"), {**WORDS})


async def rerouted(world: World) -> None:
    """A suggestion that is passed on as a letter, and a motion that becomes a suggestion."""
    deputy = {"person": TANG}
    letter = {**refusing("forwarded-letters", note="因"), "form": "letter", "to": WATER}
    turned = {"kind": "suggestion", "reason": "presidium-decision", "note": "因"}
    for kind, step, body in (("suggestion", "passing-on", letter), ("motion", "diversion", turned)):
        case = await registered(world, paper(kind, deputy, period=PERIOD))
        await case.does(OFFICE, case.at("intake", step), body)


async def linked_and_split(world: World) -> None:
    """A suggestion whose link to another one was wrong, and that is split into two parts."""
    body = paper("suggestion", {"person": TANG}, period=PERIOD)
    whole, other = await registered(world, body), await registered(world, body)
    await whole.does(OFFICE, whole.at("intake", "links"), {"other": other.id, "how": "related"})
    wrong = {"other": other.id, "reason": "因"}
    await whole.does(OFFICE, whole.at("intake", "links", "end"), wrong)
    parts = [(await registered(world, body | {"split_from": whole.id})).id for _ in range(2)]
    await whole.does(OFFICE, whole.at("intake", "split"), {"parts": parts, "reason": "因"})


async def merged_and_undone(case: Matter, planting: Planting) -> Matter:
    """The suggestion is handled together with another one, and by itself again."""
    planting.left_out = ONE_OF_A_KIND | {"title", "text"}
    body = paper("suggestion", {"person": TANG}, period=PERIOD)
    master = await registered(case.world, body)
    await master.accept()
    planting.left_out = ONE_OF_A_KIND
    into = {"into": master.id, "reason": "因"}
    await case.does(OFFICE, case.at("intake", "merger"), into)
    await case.does(OFFICE, case.at("intake", "merger", "end"), {"reason": "因"})
    return master


async def classified_anew(world: World) -> None:
    """A petition whose class was wrong, and whose particulars are corrected."""
    case = await registered(world, paper("petition", {"name": "某人"}, period=PERIOD))
    await case.does(OFFICE, case.at("intake", "particulars"), {"directed": "因"})
    await case.accept()
    body = {"purpose": "accusation", "reason": "因"}
    await case.does(OFFICE, case.at("intake", "classification"), body)


async def amended_in_a_call(world: World, planting: Planting) -> None:
    """A deputy's own paper for which he calls; he amends it before it is handed in."""
    today = (await world.now()).date()
    call = {"channel": "platform", "received_on": today.isoformat()}
    body = paper("suggestion", {"person": TANG}, {"person": GUO}, **call)
    body.pop("session", None)
    until = (today + timedelta(days=3)).isoformat()
    planting.left_out = ONE_OF_A_KIND | {"against.note"}
    case = await registered(world, body | {"call_until": until}, TANG)
    planting.left_out = frozenset()
    await case.does(TANG, case.at("intake", "wording"), {**WORDS})


async def named_accused(world: World) -> None:
    """A petition that says whom it is against; the office corrects it."""
    body = paper("petition", {"name": "某人"}, period=PERIOD, against={"units": [WATER]})
    case = await registered(world, body)
    accused = {"units": [WATER], "reason": "因"}
    await case.does(OFFICE, case.at("intake", "accused"), accused)


async def persons_and_acts(world: World) -> None:
    """Phones of the directory, and the reason for which a second person declines an act."""
    own = {"title": "新来的", "agency": AGENCY, "phone": "0"}
    system, security = Desk(world, SYSTEM), Desk(world, SECURITY)
    await system.does("/directory/v1/persons", {"person": "p-planted-1", **own})
    term = {"term_from": "2022-01-01", "term_to": "2026-12-31", "delegation": "临江区代表团"}
    deputy = {"person": "p-planted-2", "body": "npc", "number": "D9001", **own, **term}
    await system.does("/directory/v1/deputies", deputy)
    today = (await world.now()).date().isoformat()
    post = {"role": "handler", "person": "p-planted-1", "valid_from": today}
    asked = await system.does(f"/directory/v1/units/{UNIT}/posts", post)
    await security.does(f"/directory/v1/pending-acts/{asked['pending']}/refusal", {"reason": "因"})


async def kept_beside_cases(world: World, planting: Planting) -> None:
    await named_view(world, planting)
    await noted_clue(world, planting)


async def named_view(world: World, planting: Planting) -> None:
    """A saved view, whose name may be that of somebody."""
    path, view = "/portal/v1/preferences", {"name": "某人", "query": "kind=petition"}
    body = planting.filled(path, {"views": [view]})
    seen = {"If-Match": '"0"'}
    assert (await world.ask("PUT", path, OFFICE, json=body, headers=seen)).is_success
    shown = (await world.ask("GET", path, OFFICE)).json()["views"]
    assert shown == body["views"]


async def noted_clue(world: World, planting: Planting) -> None:
    """A clue of a person who has handed nothing in."""
    template, path = "/portal/v1/drafts/{draft}", f"/portal/v1/drafts/{uuid4().hex}"
    body = planting.filled(template, {"words": [{"name": "text", "text": "某人"}]})
    seen = {"If-Match": '"0"'}
    assert (await world.ask("PUT", path, OFFICE, json=body, headers=seen)).is_success
    assert (await world.ask("GET", path, OFFICE)).json()["words"] == body["words"]


ROW = "1,2025-01-06,来信,市直属单位,教育收费,申诉求决,{title},{text},{name},{phone},{address}"
HEAD = "流水号,信访日期,信访形式,所属区县,主题,信访目的,标题,内容,姓名,联系电话,住址"


async def uploaded(world: World, planting: Planting) -> Matter:
    """A petition that came in by a ledger, which was uploaded under a name of its own."""
    what = ("title", "text", "name", "phone", "address")
    words = {each: planting.secrets.plant(f"uploaded {each}") for each in what}
    content = f"{HEAD}\n{ROW.format(**words)}\n".encode()
    path = f"/intake/v1/imports/{uuid4().hex}"
    body = planting.filled(path, {"name": "台账", "size": len(content)})
    begun = await world.ask("PUT", path, REGISTRAR, json=body | {"name": f"{body['name']}.csv"})
    assert begun.is_success, begun.text
    await world.ask("PUT", f"{path}/pieces/0", REGISTRAR, content=content)
    for step, state in (("check", "ready"), ("registration", "done")):
        await world.ask("PUT", f"{path}/{step}", REGISTRAR)
        view = await until(world, path, state)
    assert view["new"] == 1, view
    assert words["name"] in (await world.ask("GET", f"{path}/preview", REGISTRAR)).text
    await world.settle()
    found = await Desk(world, REGISTRAR).sees("/portal/v1/worklist", batch=view["id"])
    return Matter(world, found["items"][0]["case_id"], kind="petition")


async def until(world: World, path: str, state: str) -> dict[str, Any]:
    """Returns the import once it is in the state."""
    view: dict[str, Any] = {}

    async def is_there() -> bool:
        view.update((await world.ask("GET", path, REGISTRAR)).json())
        return view["state"] == state

    await eventually(is_there)
    return view


async def erased_with_its_file(case: Matter) -> None:
    """The file of the ledger goes with the case that it brought."""
    await case.does(SECURITY, case.at("intake", "erasure"), {"reason": "person-asked"})
    await case.world.pass_days(14)
    await case.does(LEADER, case.at("intake", "erasure", "confirmation"))
    assert (await case.page())["status"] == "erased"
    imports = await case.world.ask("GET", "/intake/v1/imports", REGISTRAR)
    assert imports.json()["items"] == []


def without_opened(planting: Planting, signed: bool = True) -> Secrets:
    """Returns what stays sealed of an open case: all but title, text and the signed reply."""
    drafts = planting.those("handling /cases/{case_id}/tasks/{task}/drafts text")
    opened = planting.those("intake /cases title", "intake /cases text")
    opened.update([*drafts.items()][-1:] if signed else ())
    return Secrets({name: word for name, word in planting.secrets.items() if name not in opened})


def test_a_text_is_told_from_a_code_a_number_and_a_day() -> None:
    name = {"type": "string", "maxLength": 60, "pattern": "^[^0-9]*([0-9][^0-9]*){0,8}$"}
    assert [takes({"type": "string"}), takes(name)] == ["word", "word"]
    assert takes({"type": "string", "pattern": "^[0-9+() -]{3,30}$"}) == "phone"
    others = (
        {"pattern": "^[a-z]+(-[a-z]+)*$"},
        {"format": "date"},
        {"enum": ["a"]},
        {"maxLength": 5},
    )
    assert [takes({"type": "string", **other}) for other in others] == [None] * 4
    assert takes({"type": "integer"}) is None


def test_a_field_that_is_new_in_a_form_is_filled_wherever_it_stands() -> None:
    planting = Planting(api=None)  # type: ignore[arg-type]
    body = {"tasks": [{"unit": "u-1"}, {"unit": "u-2", "scope": "旧"}]}
    sent = planting.filled("/assignment/v1/cases/c1/assignments?at_least=x@1", body)
    scopes = [task["scope"] for task in sent["tasks"]]
    assert sorted(scopes) == sorted(planting.secrets.values())
    assert planting.planted == {("assignment", "/cases/{case_id}/assignments", "tasks[].scope")}
    assert form_at("/intake/v1/cases") == ("intake", "/cases")
