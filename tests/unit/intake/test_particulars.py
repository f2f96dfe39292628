"""Particulars of a petition: people who came, what it repeats, and where it was before."""

from typing import Any

import pytest

from services.intake.domain.decider import DECIDER
from services.intake.domain.particulars.commands import NoteParticulars
from services.intake.domain.projections import paper, shared_with_others
from services.intake.domain.rerouting.commands import DivertCase
from services.intake.domain.rerouting.rules import require_contents
from services.intake.domain.state import Case
from services.portal.domain.folds_of_intake import noted
from services.portal.domain.folds_of_intake import registered as folded
from shared.contracts.case_event import Kind
from shared.contracts.intake import CaseErased, CaseRegistered
from shared.contracts.particulars import ParticularsNoted
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event, Recorded
from shared.kernel.petition_rules import ParticularRules
from tests.unit.intake.papers import (
    CASE,
    CITIZEN,
    MONDAY,
    OFFICE,
    TEXT,
    accepted,
    head,
    register,
    registered,
    rules,
    spec,
    withdrawn,
)

EARLIER, OTHER = "e" * 32, "f" * 32
VISIT: dict[str, Any] = {"channel": "visit"}
BYPASSED: dict[str, Any] = {**VISIT, "bypassed": True, "directed": TEXT}
REPEATED: dict[str, Any] = {"repeated": True, "earlier": (EARLIER,), "known": (EARLIER,)}


def visit(**changes: Any) -> Any:
    return register("petition", **VISIT | {"people": 60} | changes)


def note(kind: Kind = "petition", **changes: Any) -> NoteParticulars:
    return NoteParticulars(**OFFICE, **{"policy": rules(kind)} | changes)


def on_visit(**changes: Any) -> CaseRegistered:
    return registered("petition", **VISIT | changes)


@pytest.mark.parametrize(("visitors", "group"), [(4, False), (5, True), (30, True), (None, False)])
def test_those_who_came_make_a_group_visit_and_not_those_whom_it_concerns(
    visitors: int | None, group: bool
) -> None:
    (fact,) = spec.given().when(visit(visitors=visitors)).outcome()
    assert isinstance(fact, CaseRegistered)
    assert (fact.group_visit, fact.visitors, fact.people) == (group, visitors, 60)


def test_what_was_registered_is_kept_with_the_paper() -> None:
    (fact,) = spec.given().when(visit(**BYPASSED, **REPEATED, prior_level="county")).outcome()
    assert isinstance(fact, CaseRegistered)
    assert (fact.repeated, fact.earlier, fact.prior_level) == (True, (EARLIER,), "county")
    assert (fact.bypassed, fact.directed) == (True, TEXT)
    assert [*fact.marks()] == ["repeated", "bypassed"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({**VISIT, "visitors": 61}, "people-too-few", "people"),
        ({"channel": "letter", "visitors": 3}, "visitors-no-visit", "visitors"),
        ({"channel": "letter", "bypassed": True}, "bypassed-no-visit", "bypassed"),
        ({**VISIT, "bypassed": True}, "bypassed-not-directed", "directed"),
        ({"earlier": (EARLIER,), "known": (EARLIER,)}, "earlier-not-repeated", "repeated"),
        ({"repeated": True, "earlier": (EARLIER,)}, "earlier-unknown", "earlier.0"),
        ({**REPEATED, "earlier": (EARLIER, EARLIER)}, "earlier-twice", "earlier.1"),
        ({**REPEATED, "earlier": (EARLIER, OTHER)}, "earlier-unknown", "earlier.1"),
        ({**REPEATED, "earlier": (EARLIER,) * 6}, "earlier-many", "earlier"),
    ],
)
def test_particulars_that_contradict_each_other_are_refused(
    changes: dict[str, Any], code: str, field: str
) -> None:
    spec.given().when(visit(**changes)).then_refused(code, field)


def test_no_fewer_came_than_are_named() -> None:
    many = tuple(CITIZEN.model_copy(update={"part": "co"}) for _ in range(2))
    few = register("petition", CITIZEN, *many, **VISIT, visitors=2, people=9)
    spec.given().when(few).then_refused("visitors-too-few", "visitors")


def test_a_repetition_of_a_paper_that_is_not_here_names_none() -> None:
    (fact,) = spec.given().when(visit(repeated=True)).outcome()
    assert isinstance(fact, CaseRegistered)
    assert (fact.repeated, fact.earlier) == (True, ())


@pytest.mark.parametrize("kind", ["suggestion", "motion", "proposal", "hotline"])
def test_kinds_whose_row_has_no_particulars_keep_none(kind: Kind) -> None:
    spec.given().when(register(kind, repeated=True)).then_refused(
        "particulars-not-kept", "visitors"
    )
    later = spec.given(registered(kind)).when(note(kind, repeated=True))
    later.then_refused("particulars-not-kept", "visitors")
    (fact,) = spec.given().when(register(kind, petitioners=("abc123",))).outcome()
    assert isinstance(fact, CaseRegistered)
    assert fact.petitioners == ()


def test_another_place_counts_otherwise() -> None:
    """Channels, kinds and numbers are rows."""
    elsewhere = ParticularRules(
        visits=("visit", "call"), bypassing=(), repeats=("petition",), most_earlier=1, basis="本地"
    )
    policy = rules("petition", particulars=elsewhere)
    called = register("petition", channel="call", visitors=3, people=3, policy=policy)
    assert len(spec.given().when(called).outcome()) == 1
    spec.given().when(visit(**BYPASSED, policy=policy)).then_refused(
        "bypassed-no-visit", "bypassed"
    )
    two = {**REPEATED, "earlier": (EARLIER, OTHER), "known": (EARLIER, OTHER)}
    spec.given().when(visit(**two, policy=policy)).then_refused("earlier-many", "earlier")


def test_a_correction_replaces_all_particulars() -> None:
    given = on_visit(repeated=True, group_visit=False)
    (fact,) = spec.given(given).when(note(visitors=6)).outcome()
    assert isinstance(fact, ParticularsNoted)
    assert (fact.visitors, fact.group_visit, fact.repeated) == (6, True, False)


def test_the_same_again_changes_nothing() -> None:
    given = on_visit(repeated=True)
    spec.given(given).when(note(repeated=True)).then()
    again = spec.given(given, accepted("petition"), noted_fact(visitors=7))
    again.when(note(visitors=7)).then()


def noted_fact(**changes: Any) -> ParticularsNoted:
    fields = {**head("petition"), "channel": "visit", "by": "p-office", **changes}
    return ParticularsNoted(**fields)


def test_a_paper_that_is_over_has_its_particulars_for_ever() -> None:
    over = spec.given(on_visit(), withdrawn)
    over.when(note(repeated=True)).then_refused("case-decided")


def test_a_paper_with_particulars_does_not_become_one_without() -> None:
    case = DECIDER.fold([on_visit(repeated=True)])
    assert isinstance(case, Case)
    fields = {"kind": "hotline", "channel": "visit", "subject": "advice", "reason": "x"}
    command = DivertCase(**OFFICE, **fields, policy=rules("hotline"))
    with pytest.raises(RuleViolated, match="不登记来访人数"):
        require_contents(command, case)


def test_the_register_lists_petitions_by_their_particulars() -> None:
    part: dict[str, Any] = {}
    folded(part, on_visit(group_visit=True, repeated=True), "")
    assert part["particulars"] == ["group-visit", "repeated"]
    noted(part, noted_fact(bypassed=True), "")
    assert part["particulars"] == ["bypassed"]


def model(*facts: Event) -> dict[str, Any]:
    part: Any = {}
    for version, fact in enumerate(facts, 1):
        recorded = Recorded(
            id="f", stream=f"intake-{CASE}", version=version, event=fact, source="intake",
            agency="u-city", actor="p-office", recorded_at=MONDAY, correlation_id="c",
        )  # fmt: skip
        part = paper(part, recorded)
    return dict(shared_with_others({"intake": part}))


def test_an_earlier_paper_is_known_after_it_is_over_and_forgotten_when_erased() -> None:
    brought = on_visit(petitioners=("abc123",), earlier=(EARLIER,), likeness="ffffff")
    over = model(brought, withdrawn)
    assert (over["agency"], over["kind"], over["petitioners"]) == ("u-city", "petition", ["abc123"])
    assert (over["claims"], over["likeness"], over["earlier"]) == (None, None, [EARLIER])
    erased = CaseErased(**head("petition"), by="p-admin", reason="person-asked")
    assert not any(model(brought, withdrawn, erased).values())
    assert model(brought, noted_fact(earlier=(OTHER,)))["earlier"] == [OTHER]
