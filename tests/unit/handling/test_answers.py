"""A reply answers what is asked item by item: each item once, planned with a day, declined with a
reason; and the letter carries the answers."""

from datetime import date
from typing import Any

import pytest

from services.handling.domain.clearance.decider import words_to_open
from services.handling.domain.decider import DECIDER
from services.handling.domain.reactions import react
from services.handling.domain.tasks.commands import NoteAsks
from shared.contracts import handling as facts
from shared.contracts.intake import CaseAccepted
from shared.contracts.payloads.handling import Answered
from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event, Recorded, Sealed
from shared.kernel.paper_rules import AskRules
from shared.kernel.texts import GONE
from shared.testing.samples import sample
from tests.unit.handling.world import (
    LEAD,
    MONDAY,
    OTHER_LEAD,
    SEPARATE,
    STOPPED,
    SYSTEM,
    TEXT,
    a_task,
    contacted,
    draft,
    drafted,
    mark,
    move,
    open_tasks,
    opened,
    rules,
    sign,
    signed,
    spec,
    stop,
)

ASKED = facts.AsksNoted(at=MONDAY, asks=("夜间公交", "排水管网"))
OTHER_PART = a_task("6" * 12, "u-tra", "separate", scope="公交")
OUTCOMES = {"done": "已落实", "planned": "列入计划", "declined": "未采纳"}


def answer(ask: int, outcome: str = "done", **changes: Any) -> dict[str, Any]:
    return {"ask": ask, "outcome": outcome, **changes}


BOTH = (
    answer(1, "planned", until=date(2025, 12, 31), text="已列入明年计划"),
    answer(2, "declined", text="没有立项依据"),
)


SAID = tuple({name: part[name] for name in part if name != "text"} for part in BOTH)


def ready(*answers: dict[str, Any], **changes: Any) -> list[Event]:
    return [opened(), ASKED, contacted(), drafted(answers=answers, **changes)]


def test_a_paper_without_items_is_answered_as_before() -> None:
    spec.given(opened()).when(draft()).then(drafted())


def test_every_item_is_answered() -> None:
    given = spec.given(opened(), ASKED)
    given.when(draft(answers=BOTH)).then(drafted(answers=BOTH))


@pytest.mark.parametrize(
    ("answers", "rule", "field"),
    [
        ((), "ask-unanswered", "answers"),
        ((answer(1),), "ask-unanswered", "answers"),
        ((answer(1), answer(1)), "ask-answered-twice", "answers.1.ask"),
        ((answer(1), answer(3)), "ask-unknown", "answers.1.ask"),
        ((answer(1), answer(0)), "ask-unknown", "answers.1.ask"),
        ((answer(1), answer(2, "planned")), "ask-day-required", "answers.1.until"),
        (
            (answer(1), answer(2, "planned", until=date(2025, 3, 2))),
            "target-date-past",
            "answers.1.until",
        ),
        ((answer(1), answer(2, "done", until=date(2025, 9, 1))), "ask-day-idle", "answers.1.until"),
        ((answer(1), answer(2, "declined")), "ask-reason-required", "answers.1.text"),
        ((answer(1), answer(2, "declined", text="  ")), "ask-reason-required", "answers.1.text"),
        ((answer(1), answer(2, "elsewhere")), "ask-elsewhere", "answers.1.outcome"),
    ],
)
def test_a_draft_is_refused(answers: tuple[Any, ...], rule: str, field: str) -> None:
    spec.given(opened(), ASKED).when(draft(answers=answers)).then_refused(rule, field)


def test_answers_to_a_paper_that_lists_nothing_are_refused() -> None:
    spec.given(opened()).when(draft(answers=(answer(1),))).then_refused(
        "ask-unknown", "answers.0.ask"
    )


def test_the_row_says_which_answers_need_a_day_or_a_reason() -> None:
    row = AskRules(day=("planned", "adopted"), reason=(), basis="x")
    given = spec.given(opened(), ASKED)
    policy = rules(asks=row)
    given.when(draft(answers=(answer(1), answer(2, "declined")), policy=policy)).then(
        drafted(answers=(answer(1), answer(2, "declined")))
    )
    adopted = (answer(1), answer(2, "adopted"))
    given.when(draft(answers=adopted, policy=policy)).then_refused(
        "ask-day-required", "answers.1.until"
    )


def test_text_and_answers_together_are_as_long_as_a_letter_may_be() -> None:
    long = "答" * (LONGEST_WORDS - 100)
    given = spec.given(opened(), ASKED)
    given.when(draft(text=long, answers=(answer(1), answer(2)))).then_refused(
        "reply-length", "text"
    )


def test_the_letter_carries_the_answers_by_their_numbers() -> None:
    facts_ = spec.decider.decide(sign(outcomes=OUTCOMES), DECIDER.fold(ready(*reversed(BOTH))))
    (reply,) = facts_
    assert isinstance(reply, facts.ReplySigned)
    assert reply.public_text == (
        f"{TEXT}\n\n逐项答复：\n"
        "1. 夜间公交\n答复：列入计划（2025年12月31日前）。已列入明年计划\n"
        "2. 排水管网\n答复：未采纳。没有立项依据"
    )
    assert reply.answers == (
        Answered(ask=2, outcome="declined"),
        Answered(ask=1, outcome="planned", until=date(2025, 12, 31)),
    )


def test_the_signature_opens_the_words_of_the_answers() -> None:
    words = Sealed(ref="r9", size=6, digest="d9")
    state = DECIDER.fold(ready(answer(1), answer(2, "declined", text=words)))  # type: ignore[arg-type]
    assert words_to_open(sign(), state) == {"answers.2": words}
    (reply,) = DECIDER.decide(sign(opened={"answers.2": "没有依据"}), state)
    assert isinstance(reply, facts.ReplySigned)
    assert str(reply.public_text).endswith("没有依据")
    with pytest.raises(RuleViolated, match="无法读取"):
        DECIDER.decide(sign(), state)


def test_items_that_came_to_be_known_after_the_draft_stop_the_signature() -> None:
    late = [opened(), contacted(), drafted(), ASKED]
    spec.given(*late).when(sign()).then_refused("ask-unanswered", "answers")


def test_the_unit_that_takes_over_answers_anew() -> None:
    moved = DECIDER.decide(move(LEAD, OTHER_LEAD), DECIDER.fold(ready(*BOTH)))  # type: ignore[arg-type]
    given = spec.given(*ready(*BOTH), *moved)
    given.when(draft(OTHER_LEAD)).then_refused("ask-unanswered", "answers")
    given.when(draft(OTHER_LEAD, answers=BOTH)).then(drafted(OTHER_LEAD, answers=BOTH))


def test_a_second_round_answers_every_item_again() -> None:
    again = opened(a_task("e" * 12, "u-hou", "lead"), 2, higher_signer=True)
    done = [*ready(*BOTH), signed(answers=SAID), again]
    task = a_task("e" * 12, "u-hou", "lead")
    spec.given(*done).when(draft(task)).then_refused("ask-unanswered", "answers")


def test_a_separate_unit_leaves_an_item_to_another_one() -> None:
    own = (answer(1, "elsewhere"), answer(2))
    both = [ASKED, opened(SEPARATE), opened(OTHER_PART)]
    spec.given(*both).when(draft(SEPARATE, answers=own)).then(drafted(SEPARATE, answers=own))
    history = [*both, contacted(SEPARATE), drafted(SEPARATE, answers=own)]
    assert DECIDER.decide(sign(SEPARATE), DECIDER.fold(history))


def test_an_item_that_every_unit_leaves_to_the_others_stops_the_last_signature() -> None:
    own = (answer(1, "elsewhere"), answer(2))
    history = [
        ASKED, opened(SEPARATE), opened(OTHER_PART), signed(OTHER_PART, answers=own),
        contacted(SEPARATE), drafted(SEPARATE, answers=own),
    ]  # fmt: skip
    spec.given(*history).when(sign(SEPARATE)).then_refused("ask-nobody", "task")
    alone = [ASKED, opened(SEPARATE), contacted(SEPARATE), drafted(SEPARATE, answers=own)]
    spec.given(*alone).when(sign(SEPARATE)).then_refused("ask-nobody", "task")


def test_items_are_noted_once_and_never_for_a_case_that_has_stopped() -> None:
    note = NoteAsks(at=MONDAY, by=SYSTEM, mark=mark(), asks=ASKED.asks)
    spec.given().when(note).then(ASKED)
    spec.given(ASKED).when(note).then()
    spec.given(opened(), STOPPED).when(note).then()


def test_tasks_and_items_arrive_in_any_order() -> None:
    note = NoteAsks(at=MONDAY, by=SYSTEM, mark=mark(), asks=ASKED.asks)
    tasks = open_tasks(LEAD)
    ends = []
    for order in ((note, tasks), (tasks, note)):
        history: list[Any] = []
        for command in order:
            history += DECIDER.decide(command, DECIDER.fold(history))
        ends.append(DECIDER.fold(history))
    assert ends[0] == ends[1]


def test_an_erased_case_keeps_no_words_of_its_items() -> None:
    history = [*ready(*BOTH), *DECIDER.decide(stop("erased"), DECIDER.fold(ready(*BOTH)))]  # type: ignore[arg-type]
    assert DECIDER.fold(history).asks == (GONE, GONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(("asks", "noted"), [(("夜间公交",), 1), ((), 0)])
def test_an_accepted_paper_brings_its_items(asks: tuple[str, ...], noted: int) -> None:
    fact = sample(CaseAccepted, asks=asks)
    assert isinstance(fact, CaseAccepted)
    fact = fact.model_copy(update={"asks": asks})
    recorded = Recorded("i", "intake-c", 2, fact, "intake", "u-city", "p", MONDAY, "c", case_id="c")
    assert len(react(recorded)) == noted
