"""What each kind of fact changes in the case document, fact by fact, and the fields of a list."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.portal.domain.derived import NEVER, due, groups, light
from services.portal.domain.folds import FOLDS
from services.portal.domain.folds_of_feedback import review_states
from services.portal.domain.register import CASE_REGISTER, carried_by, fold
from shared.contracts.assignment import (
    AssignmentBegun,
    AssignmentDeemedAccepted,
    AssignmentOpened,
    AssignmentReceived,
    CaseClosed,
)
from shared.contracts.case_event import CaseEvent
from shared.contracts.catalogue import OWNERS
from shared.contracts.feedback import CaseRated, EvaluationLapsed, EvaluationOpened
from shared.contracts.handling import (
    CaseContacted,
    CaseReplied,
    ReplySigned,
    TaskClosed,
    TaskOpened,
)
from shared.contracts.intake import CaseAccepted, CaseErased, CaseRegistered, CaseWithdrawn
from shared.contracts.obligations import Obligation
from shared.contracts.recusal import AgainstNamed
from shared.contracts.reminder import ClocksStopped, ClockStarted
from shared.contracts.rerouting import CaseDiverted
from shared.kernel.grams import grams_of
from shared.kernel.messages import Recorded
from shared.testing.samples import sample
from tests.unit.portal.life import DUE, as_recorded, life

EXPECTED = yaml.safe_load(Path("tests/unit/portal/folds.yaml").read_text(encoding="utf-8"))
"""Wire type → the entries of its owner's part that the sample changes (`part`, by path), and what
the sample's line of the timeline is about (`line`), both after all samples before it."""

CONSTANT = {"recorded": "2025-03-03T00:00:00.000Z", "actor": "p-1"}


def recorded(owner: str, version: int, event: Any) -> Recorded:
    return Recorded(
        id="f",
        stream=f"{owner}-c",
        version=version,
        event=event,
        source=owner,
        agency="u-city",
        actor="p-1",
        recorded_at=datetime(2025, 3, 3, tzinfo=UTC),
        correlation_id="k",
    )


def entries(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path → value of everything but the timeline."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for name, inner in value.items():
        if name not in {"timeline", "updated_at"}:
            yield from entries(inner, f"{path}.{name}" if path else name)


def changes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sample of a case, folded in the order of the catalogue."""
    for owner in OWNERS:
        part: dict[str, Any] = {}
        facts = [fact for fact in owner.facts if issubclass(fact, CaseEvent)]
        for version, fact in enumerate(facts, 1):
            event, before = sample(fact), dict(entries(part))
            now = fold(part, recorded(owner.name, version, event))
            line = dict(now["timeline"][-1])
            known = {**CONSTANT, "version": version, "type": fact.type, "at": line["at"]}
            assert known.items() <= line.items()
            assert now["updated_at"] >= line["at"]
            changed = {k: v for k, v in entries(now) if (k, v) not in before.items()}
            about = {name: value for name, value in line.items() if name not in known}
            yield fact.type, {"part": changed, "line": about}
            part = now


def test_every_fact_with_a_fold_changes_these_entries_of_the_document_and_no_other_any() -> None:
    """All at once, and folded here: mutants of a fold are tried by the tests that run it."""
    found = dict(changes())
    folds = {fact.type for fact in FOLDS}
    assert folds == EXPECTED.keys()
    assert {wire: found[wire] for wire in sorted(EXPECTED)} == EXPECTED
    assert [wire for wire in found.keys() - folds if found[wire]["part"]] == []


def test_what_happened_again_is_counted_again() -> None:
    contact = recorded("handling", 1, sample(CaseContacted))
    part = fold(fold({}, contact), contact)
    [task] = part["tasks"].values()
    assert task == {
        "unit": "u-hou",
        "part": "lead",
        "round": 1,
        "contacts": 2,
        "face_to_face": 2,
    }


def test_a_part_is_as_new_as_its_newest_fact() -> None:
    contact, days = sample(CaseContacted), (9, 4)
    late, early = (
        contact.model_copy(update={"at": datetime(2025, 3, day, tzinfo=UTC)}) for day in days
    )
    part = fold(fold({}, recorded("handling", 1, late)), recorded("handling", 2, early))
    assert part["updated_at"] == "2025-03-09T00:00:00.000Z"


def test_the_number_of_the_congress_is_found_by_its_key() -> None:
    paper = sample(CaseRegistered, external_no="十五届五次第58号", period="2025")
    case = CASE_REGISTER.derive({"intake": fold({}, recorded("intake", 1, paper))})
    assert (case["external_keys"], "十五届五次第58号" in case["search"]) == (["58"], True)


def test_a_diverted_paper_is_found_by_the_key_of_its_former_number_too() -> None:
    paper = sample(CaseRegistered, external_no="第12号", period="2025")
    was = sample(CaseDiverted).was.model_copy(update={"external_no": "第12号"})
    part = fold({}, recorded("intake", 1, paper))
    part = fold(part, recorded("intake", 2, sample(CaseDiverted, was=was, external_no="第345号")))
    assert CASE_REGISTER.derive({"intake": part})["external_keys"] == ["12", "345"]
    gone = fold(part, recorded("intake", 3, sample(CaseErased)))
    assert CASE_REGISTER.derive({"intake": gone})["external_keys"] == []


def test_every_evaluation_of_a_case_is_kept() -> None:
    first, second = (sample(EvaluationOpened, evaluation=form) for form in ("form-1", "form-2"))
    part = fold({}, recorded("feedback", 1, first))
    part = fold(part, recorded("feedback", 2, second))
    assert part["evaluations"].keys() == {"form-1", "form-2"}


def test_a_stopped_case_has_no_running_clock() -> None:
    started = fold({}, recorded("reminder", 1, sample(ClockStarted)))
    [clock] = fold(started, recorded("reminder", 2, sample(ClocksStopped)))["clocks"].values()
    assert (clock["running"], clock["light"]) == (False, "done")


@pytest.mark.parametrize(
    ("fact", "field", "value", "kept"),
    [
        (TaskOpened, "higher_signer", True, {"higher": True}),
        (ReplySigned, "without_opinion", ("u-fin",), {"without_opinion": ["u-fin"]}),
    ],
)
def test_what_only_some_tasks_have_is_kept_where_they_have_it(
    fact: type[CaseEvent], field: str, value: object, kept: dict[str, Any]
) -> None:
    usual, marked = (
        fold({}, recorded("handling", 1, sample(fact, **{field: each})))["tasks"]
        for each in (type(value)(), value)
    )
    [task], [with_it] = usual.values(), marked.values()
    assert with_it == task | kept
    assert not kept.keys() & task.keys()


def test_a_rating_takes_the_place_of_a_lapse() -> None:
    for late, left in ((True, False), (False, True)):
        lapsed = fold({}, recorded("feedback", 1, sample(EvaluationLapsed, evaluation="e")))
        rated = sample(CaseRated, evaluation="e", replaces_lapse=late)
        [row] = fold(lapsed, recorded("feedback", 2, rated))["evaluations"].values()
        assert row["lapsed"] is left


@pytest.mark.parametrize("fact", [TaskOpened, CaseReplied])
def test_a_task_has_the_part_that_its_last_fact_names(fact: type[CaseEvent]) -> None:
    closed = fold({}, recorded("handling", 1, sample(TaskClosed)))
    named = sample(fact, part="separate")
    [task] = fold(closed, recorded("handling", 2, named))["tasks"].values()
    assert task["part"] == "separate"


def test_a_case_belongs_to_the_platform_that_registered_it() -> None:
    registration = recorded("intake", 1, sample(CaseRegistered))
    brought = fold({}, replace(registration, actor="c-npc"))
    withdrawn = replace(recorded("intake", 2, sample(CaseWithdrawn)), actor="c-cppcc")
    document = {"intake": fold(brought, withdrawn)}
    assert CASE_REGISTER.derive(document)["client"] == "c-npc"
    assert CASE_REGISTER.derive({"intake": fold({}, registration)})["client"] is None


def test_a_case_is_counted_by_the_purpose_with_which_it_was_accepted() -> None:
    registered = fold({}, recorded("intake", 1, sample(CaseRegistered)))
    assert "purpose" not in dict(groups({"intake": registered}))
    accepted = sample(CaseAccepted, purpose="accusation")
    named = fold(registered, recorded("intake", 2, accepted))
    assert ("purpose", "accusation") in list(groups({"intake": named}))


def test_a_list_knows_whom_a_case_is_against() -> None:
    registered = fold({}, recorded("intake", 1, sample(CaseRegistered)))
    named = fold(registered, recorded("intake", 2, sample(AgainstNamed)))
    assert CASE_REGISTER.derive({"intake": named})["against"] == ["p-edu-head", "u-edu"]


def test_the_line_of_a_list_has_these_fields() -> None:
    document: dict[str, Any] = {}
    for fact in as_recorded(life()):
        document[fact.source] = fold(document.get(fact.source, {}), fact)
    assert dict(CASE_REGISTER.derive(document)) == {
        "agency": "u-city",
        "kind": "suggestion",
        "channel": "session",
        "period": "2025",
        "region": "c01",
        "purpose": None,
        "particulars": [],
        "reviews": [],
        "charge": [],
        "schemes": [],
        "carrier": None,
        "subject": "urban",
        "title": "关于电梯的建议",
        "label": "2025年第1号建议",
        "number": 1,
        "external_no": None,
        "batch": None,
        "external_keys": [],
        "search": "关于电梯的建议\n2025年第1号建议",
        "grams": grams_of("关于电梯的建议\n2025年第1号建议"),
        "proposers": ["p-n001"],
        "proposer": "李四",
        "received_on": "2025-03-03",
        "paused_until": None,
        "client": None,
        "against": None,
        "registered_at": "2025-03-03T01:00:00.000Z",
        "status": "closed",
        "light": "done",
        "due": "9999-12-31T00:00:00.000Z",
        "units": ["u-fin", "u-hou"],
        "former_units": [],
        "leads": ["u-hou"],
        "round": 1,
        "updated_at": "2025-05-12T01:00:00.000Z",
        "news_at": "2025-03-03T01:00:00.000Z",
        "news_by": "p-1",
        "label_order": "00002025年第00000001号建议",
        "pairs": ["电梯"],
        "waits": [],
        "measures": [
            "accepted", "assigned", "closed", "contacted", "disclosed", "face-to-face",
            "final-rated", "final-satisfied", "first-rated", "first-satisfied", "on-time",
            "registered", "replied",
        ],
    }  # fmt: skip


def test_a_rating_that_a_proposer_owes_is_no_light_and_no_due_moment() -> None:
    owed = {"rule": "rating", "running": True, "light": "red", "due": "2025-05-12T16:00:00.000Z"}
    of_unit, of_proposer = owed | {"person": None}, owed | {"person": "p-n001"}
    for clock, shown in ((of_unit, ("red", owed["due"])), (of_proposer, ("none", NEVER))):
        case = {"reminder": {"clocks": {"a": clock}}}
        assert (light(case), due(case)) == shown


@pytest.mark.parametrize("gone", ["withdrawn_at", "erased_at"])
def test_the_way_of_a_petition_that_is_withdrawn_or_erased_is_over(gone: str) -> None:
    case = {"feedback": {"reviews": {"1f0c2b9a77de": {"state": "in-review"}}}, "intake": {}}
    assert review_states(case) == ["in-review"]
    assert review_states({**case, "intake": {gone: "2025-03-03T00:00:00.000Z"}}) == []


def test_whoever_took_the_paper_carries_the_case_until_a_unit_has_signed() -> None:
    """首问责任, where the row has it."""
    owed = Obligation(subject="0" * 32, due=DUE.model_copy(update={"rule": "first-receipt"}))
    taken = sample(AssignmentOpened).model_copy(
        update={"receiver": "p-clerk", "carried": True, "opens": (owed,)}
    )
    part = fold({}, recorded("assignment", 1, taken))
    assert part["carrier"] == "p-clerk"
    plain = fold({}, recorded("assignment", 1, sample(AssignmentOpened)))
    assert "carrier" not in plain
    for fact in (AssignmentReceived, AssignmentDeemedAccepted, AssignmentBegun, CaseClosed):
        then = fold(dict(part), recorded("assignment", 2, sample(fact)))
        assert then["carrier"] is None, fact
    case = {"assignment": part, "intake": {"registered_at": "x"}}
    assert carried_by(case)["carrier"] == "p-clerk"
    assert carried_by({**case, "intake": {"withdrawn_at": "x"}})["carrier"] is None
