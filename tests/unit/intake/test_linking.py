"""Links between cases, and papers of several matters that are split into parts."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest

from services.intake import queries
from services.intake.domain.decider import DECIDER
from services.intake.domain.linking.commands import LinkCase, Other, UnlinkCase, Whole
from services.intake.domain.projections import READERS
from services.intake.domain.registration.commands import Signatory
from services.intake.domain.rerouting.commands import DivertCase
from services.intake.domain.splitting.commands import SplitCase
from services.intake.domain.state import Status
from shared.contracts.calls import CallOpened
from shared.contracts.case_event import CaseMark
from shared.contracts.intake import CaseErased
from shared.contracts.linking import CaseLinked, CaseSplit, CaseUnlinked
from shared.contracts.recusal import AgainstNamed
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event, Recorded
from shared.kernel.rerouting_rules import LinkRules, SplittingRules
from shared.kernel.visibility import AnyOf, Every
from shared.testing.fold import FoldedCollection
from shared.testing.samples import sample
from tests.unit.intake.papers import (
    ADVISER,
    CITIZEN,
    COSIGNER,
    DEPUTY,
    MONDAY,
    OFFICE,
    accept,
    accepted,
    as_compared,
    decline,
    head,
    register,
    registered,
    rules,
    send_back,
    spec,
    state_of,
    withdrawn,
)
from tests.unit.intake.test_rerouting import divert, diverted, pass_on

WHOLE, ONE, TWO, THREE = "a" * 32, "b" * 32, "c" * 32, "d" * 32
DAY = date(2025, 3, 3)
KNOWN = Other(came_in_on=DAY)
SPLIT = CaseSplit(**head(), by="p-office", parts=(ONE, TWO), reason="两件事项")
PART = CaseLinked(**head(), by="p-reg", other=WHOLE, how="part")


def link(**changes: Any) -> LinkCase:
    fields = {"other": ONE, "how": "repeats", "known": KNOWN, "policy": rules()}
    return LinkCase(**OFFICE, **fields | changes)


def unlink(**changes: Any) -> UnlinkCase:
    fields = {"other": ONE, "reason": "不是同一事项", "known": KNOWN, "policy": rules()}
    return UnlinkCase(**OFFICE, **fields | changes)


def linked(other: str = ONE, how: Any = "repeats") -> CaseLinked:
    return CaseLinked(**head(), by="p-office", other=other, how=how)


def split(**changes: Any) -> SplitCase:
    known = (ONE, TWO)
    fields = {"parts": known, "known": known, "reason": "两件事项", "policy": rules()}
    return SplitCase(**OFFICE, **fields | changes)


def whole(**changes: Any) -> Whole:
    paper = registered()
    fields: dict[str, Any] = {
        "mark": CaseMark.of(paper),
        "status": "registered",
        "session": paper.session,
        "source_level": paper.source_level,
        "received_on": paper.received_on,
        "proposers": ("p-n1", "p-n2"),
    }
    return Whole(**fields | changes)


def part(*who: Signatory, **changes: Any) -> Any:
    return register("suggestion", *who, **{"split_from": WHOLE, "whole": whole()} | changes)


def rejected(command: Any, *given: Event) -> RuleViolated:
    with pytest.raises(RuleViolated) as refusal:
        DECIDER.decide(command, DECIDER.fold(given))
    return refusal.value


def refused(command: Any, *given: Event) -> tuple[str, str | None]:
    refusal = rejected(command, *given)
    return refusal.rule, refusal.field


@pytest.mark.parametrize("how", ["repeats", "related"])
@pytest.mark.parametrize("history", [[registered()], [registered(), accepted()]])
def test_a_case_in_hand_says_what_it_is_to_another_one(history: list[Event], how: Any) -> None:
    spec.given(*history).when(link(how=how)).then(linked(how=how))
    assert state_of(*history, linked(how=how)).links == {ONE: how}


def test_the_same_link_changes_nothing_and_another_word_takes_its_place() -> None:
    spec.given(registered(), linked()).when(link()).then()
    spec.given(registered(), linked()).when(link(how="related")).then(linked(how="related"))
    assert state_of(registered(), linked(), linked(how="related")).links == {ONE: "related"}


@pytest.mark.parametrize(
    ("rule", "field", "changes"),
    [
        ("links-none", None, {"policy": rules(links=None)}),
        ("link-word", "how", {"policy": rules(links=LinkRules(words=("related",), basis="x"))}),
        ("link-unknown", "other", {"known": None}),
        ("link-there", "other", {"known": Other(came_in_on=DAY, says="related")}),
        ("link-itself", "other", {"known": Other(came_in_on=DAY, is_itself=True)}),
        ("link-later", "other", {"known": Other(came_in_on=date(2025, 3, 4))}),
    ],
)
def test_what_cannot_be_linked_is_refused(
    rule: str, field: str | None, changes: dict[str, Any]
) -> None:
    assert refused(link(**changes), registered()) == (rule, field)


def test_a_later_case_may_be_related() -> None:
    later = Other(came_in_on=date(2025, 3, 4))
    spec.given(registered()).when(link(how="related", known=later)).then(linked(how="related"))


def test_a_case_has_so_many_links_as_its_row_says() -> None:
    policy = rules(links=LinkRules(most=1, basis="x"))
    given = (registered(), linked(TWO))
    assert refused(link(policy=policy), *given) == ("links-full", "other")
    [sentence] = str(rejected(link(policy=policy), *given, linked(THREE))).splitlines()
    assert "2" not in sentence  # some of them may be of cases that the sender may not know
    again = link(other=TWO, how="related", policy=policy)
    spec.given(*given).when(again).then(linked(TWO, "related"))


def test_a_link_that_was_wrong_is_undone_with_its_reason() -> None:
    undone = CaseUnlinked(**head(), by="p-office", other=ONE, reason="不是同一事项")
    spec.given(registered(), linked()).when(unlink()).then(undone)
    case = state_of(registered(), linked(), linked(TWO), undone)
    assert (case.links, case.steps[-1].fact) == ({TWO: "repeats"}, undone)
    assert refused(unlink(), registered()) == ("not-linked", "other")
    assert refused(unlink(reason=" "), registered(), linked()) == ("unlinking-reason", "reason")


def test_a_link_to_a_case_that_the_sender_may_not_know_is_like_none() -> None:
    given = (registered(), linked())
    assert refused(link(known=None), *given) == ("link-unknown", "other")
    assert refused(unlink(known=None), *given) == refused(unlink(), registered())


def test_a_paper_that_became_another_kind_came_in_when_it_came_in_first() -> None:
    """It counts as received on the day of the diversion."""
    paper, turned = diverted()
    between = Other(came_in_on=paper.received_on + timedelta(days=1))
    assert turned.received_on > between.came_in_on
    assert refused(link(known=between), paper, turned) == ("link-later", "other")


def test_an_erased_case_says_nothing_of_others() -> None:
    facts = (registered(), linked(), CaseErased(**head(), by="p-office", reason="person-asked"))
    assert state_of(*facts).links == {}


@pytest.mark.parametrize("command", [link(), unlink()])
def test_a_case_that_is_over_keeps_its_links(command: Any) -> None:
    given = (registered(), linked(how="related"), withdrawn)
    assert refused(command, *given) == ("case-decided", None)


@pytest.mark.parametrize("command", [link(other=WHOLE), unlink(other=WHOLE)])
def test_a_part_stays_a_part(command: Any) -> None:
    assert refused(command, registered(), PART) == ("link-part", "other")


def test_a_part_is_linked_to_its_paper_in_the_commit_that_registers_it() -> None:
    fact = PART.model_copy(update={"by": "p-reg"})
    spec.given().when(part()).then(registered(), fact)
    assert state_of(registered(), fact).links == {WHOLE: "part"}


def test_a_part_that_was_forgotten_comes_later() -> None:
    spec.given().when(part(whole=whole(status="split"))).then(registered(), PART)


MARK = whole().mark


@pytest.mark.parametrize(
    ("rule", "field", "changes"),
    [
        ("splitting-none", "split_from", {"policy": rules(splitting=None)}),
        ("part-unknown", "split_from", {"whole": None}),
        ("splitting-state", "split_from", {"whole": whole(status="accepted")}),
        ("splitting-state", "split_from", {"whole": whole(status="withdrawn")}),
        ("splitting-state", "split_from", {"whole": whole(is_awaited=True)}),
        ("splitting-secret", "split_from", {"whole": whole(is_against=True)}),
        ("part-differs", "split_from", {"whole": whole(session="十五届五次")}),
        ("part-differs", "split_from", {"whole": whole(source_level="province")}),
        ("part-differs", "split_from", {"whole": whole(received_on=date(2025, 3, 2))}),
        ("part-proposers", "proposers", {"whole": whole(proposers=("p-n2",))}),
        ("parts-full", "split_from", {"whole": whole(parts=10)}),
        ("part-numbered", "external_no", {"external_no": "第9号"}),
        ("part-by-office", "split_from", {"by": "p-n1"}),
        ("part-by-office", "split_from", {"client": "c-npc"}),
    ]
    + [
        ("part-differs", "split_from", {"whole": whole(mark=MARK.model_copy(update=change))})
        for change in (
            {"agency": "u-c01"},
            {"kind": "motion"},
            {"channel": "intersession"},
            {"period": "2024"},
        )
    ],
)
def test_a_part_that_does_not_come_from_its_paper_is_refused(
    rule: str, field: str, changes: dict[str, Any]
) -> None:
    assert refused(part(**changes)) == (rule, field)


def test_nobody_is_added_to_a_part() -> None:
    spec.given().when(part(DEPUTY, COSIGNER)).then(registered("suggestion", DEPUTY, COSIGNER), PART)
    assert refused(part(DEPUTY, ADVISER)) == ("part-proposers", "proposers")


def test_names_outside_the_directory_are_compared_as_the_public_reads_them() -> None:
    paper = registered("petition")
    origin = whole(mark=CaseMark.of(paper), session=None, proposers=("张**",), source_level="city")
    policy = rules("petition", splitting=SplittingRules(basis="x"))
    same = {"split_from": WHOLE, "whole": origin, "policy": policy}
    facts = DECIDER.decide(register("petition", CITIZEN, **same), DECIDER.fold(()))
    assert [type(fact) for fact in facts][-1] is CaseLinked
    other = Signatory(masked="王**", part="lead")
    assert refused(register("petition", other, **same)) == ("part-proposers", "proposers")


def test_a_paper_of_several_matters_is_split_when_its_parts_are_in_hand() -> None:
    spec.given(registered()).when(split()).then(SPLIT)
    case = state_of(registered(), SPLIT)
    assert (case.status, case.steps[-1].fact) == ("split", SPLIT)
    spec.given(registered(), SPLIT).when(split()).then()
    others = split(parts=(ONE, THREE), known=(ONE, THREE))
    assert refused(others, registered(), SPLIT) == ("recorded-otherwise", "parts")


CALLED = sample(CallOpened)
AGAINST = sample(AgainstNamed)


@pytest.mark.parametrize(
    ("rule", "field", "given", "changes"),
    [
        ("case-decided", None, [registered(), accepted()], {}),
        ("splitting-none", None, [registered()], {"policy": rules(splitting=None)}),
        ("splitting-secret", None, [registered(), AGAINST], {}),
        ("splitting-awaited", None, [registered(), CALLED], {}),
        (
            "splitting-awaited",
            None,
            [registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")],
            {},
        ),
        ("parts-number", "parts", [registered()], {"parts": (ONE,)}),
        ("parts-twice", "parts.1", [registered()], {"parts": (ONE, ONE)}),
        ("parts-unknown", "parts.1", [registered()], {"parts": (ONE, THREE)}),
        ("splitting-reason", "reason", [registered()], {"reason": " "}),
    ],
)
def test_what_is_not_split_is_refused_with_its_field(
    rule: str, field: str | None, given: list[Event], changes: dict[str, Any]
) -> None:
    assert refused(split(**changes), *given) == (rule, field)


def test_a_paper_has_so_many_parts_as_its_row_says() -> None:
    policy = rules(splitting=SplittingRules(most=2, basis="x"))
    three = (ONE, TWO, THREE)
    command = split(parts=three, known=three, policy=policy)
    assert refused(command, registered()) == ("parts-number", "parts")


@pytest.mark.parametrize(
    "command", [accept(), decline(), send_back(), pass_on(), divert(policy=rules())]
)
def test_a_paper_with_parts_in_hand_goes_no_other_way(command: Any) -> None:
    begun = command.model_copy(update={"parts": 1})
    paper = registered("motion" if isinstance(command, DivertCase) else "suggestion")
    assert refused(begun, paper) == ("splitting-begun", None)
    assert DECIDER.decide(command, DECIDER.fold([paper]))


OVERTAKEN = {"accepted", "merged", "withdrawn", "declined", "passed-on", "sent-back"}


@pytest.mark.parametrize("status", get_args(Status))
def test_a_part_is_not_taken_up_once_its_paper_went_another_way(status: Status) -> None:
    command = accept(whole=status)
    if status in OVERTAKEN:
        assert refused(command, registered(), PART) == ("part-overtaken", None)
    else:
        spec.given(registered(), PART).when(command).then(accepted())


def test_the_read_model_has_what_a_case_is_to_others_until_it_is_erased() -> None:
    paper = (registered(), linked(), linked(TWO, "related"), linked(how="related"))
    both = {TWO: "related", ONE: "related"}
    assert as_compared(*paper)["links"] == both
    assert as_compared(*paper, withdrawn)["links"] == both
    undone = CaseUnlinked(**head(), by="p-office", other=TWO, reason="x")
    assert as_compared(*paper, undone)["links"] == {ONE: "related"}


def by_case(case: str, *facts: Event) -> list[Recorded]:
    return [
        Recorded(
            f"{case}{version}", f"intake-{case}", version, fact, "intake", "u-city", "p-office",
            MONDAY, "correlation", case_id=case,
        )
        for version, fact in enumerate(facts, 1)
    ]  # fmt: skip


async def test_the_parts_of_a_paper_are_counted_however_many_cases_name_it() -> None:
    """A matter may come back for years, by many."""
    naming = [by_case(f"{n:032x}", registered(), linked(WHOLE)) for n in range(60)]
    parts = [
        by_case("e" * 32, registered(), PART),
        by_case("f" * 32, registered(), PART, withdrawn),
    ]
    readers: Any = FoldedCollection(READERS, [fact for facts in naming + parts for fact in facts])
    assert await queries.parts_of(readers, WHOLE) == 1
    everybody = AnyOf((Every(()),))
    named = await queries.linked_to(readers, WHOLE, everybody)
    assert [how for _, how in named] == ["repeats"] * 60 + ["part"] * 2


def test_a_split_paper_keeps_its_number() -> None:
    paper = registered(external_no="第9号", session="十五届四次")
    assert as_compared(paper, SPLIT)["claims"] == as_compared(paper)["claims"] != []


def test_a_petition_says_in_its_particulars_what_it_repeats() -> None:
    assert rules("petition").row.links.words == ("related",)
    assert rules("suggestion").row.links.words == ("repeats", "related")
