"""Delivery of the reply: one test per rule."""

from shared.contracts import handling as facts
from shared.kernel.calendar import business_day
from tests.unit.handling.world import (
    CO_PROPOSER,
    DAY,
    LEAD,
    LEAD_PROPOSER,
    MONDAY,
    READY,
    RULES,
    SEPARATE,
    deliver,
    delivered,
    on_task,
    opened,
    signed,
    spec,
    stages_offering,
)


def test_every_proposer_gets_the_reply_and_the_last_one_makes_it_replied() -> None:
    """逐人答复: 上海市代表建议规定 art. 20; 浙江省规定 art. 22."""
    history = (*READY, signed())
    first, last = delivered(LEAD_PROPOSER), delivered(CO_PROPOSER)
    spec.given(*history).when(deliver(LEAD_PROPOSER)).then(first)
    replied = facts.CaseReplied(
        **on_task(LEAD),
        part="lead",
        number="临住建字〔2025〕12号",
        letter="A",
        meaning="solved",
        raters=("p-d1", "p-d2"),
        on_time=True,
    )
    spec.given(*history, first).when(deliver(CO_PROPOSER)).then(last, replied)
    spec.given(*history, first).when(deliver(LEAD_PROPOSER)).then_nothing()


def test_a_unit_that_replies_for_a_part_of_its_own_says_for_which() -> None:
    history = (opened(SEPARATE), signed(SEPARATE, recipients=(LEAD_PROPOSER,)))
    [_, replied] = spec.given(*history).when(deliver(LEAD_PROPOSER, SEPARATE)).outcome()
    assert isinstance(replied, facts.CaseReplied)
    assert (replied.part, replied.scope) == ("separate", "违停")


def test_whether_it_was_in_time_is_judged_by_the_last_delivery() -> None:
    history = (*READY, signed(), delivered(LEAD_PROPOSER))
    in_time, late = RULES.due("reply", MONDAY).at, RULES.due("reply", MONDAY).at + DAY
    for at, expected in ((in_time, True), (late, False)):
        [_, replied] = spec.given(*history).when(deliver(CO_PROPOSER, at=at)).outcome()
        assert isinstance(replied, facts.CaseReplied)
        assert replied.on_time is expected


def test_only_a_signed_reply_reaches_only_proposers() -> None:
    unsigned = spec.given(*READY).when(deliver(LEAD_PROPOSER))
    unsigned.then_refused("not-signed", "task")
    stranger = LEAD_PROPOSER.model_copy(update={"id": "p-d9"})
    signed_case = spec.given(*READY, signed()).when(deliver(stranger))
    signed_case.then_refused("not-a-recipient", "recipient")


def test_a_delivery_that_is_entered_again_is_the_same_or_refused() -> None:
    """Never a silent yes to another day: without one, it is that of the entry."""
    history = (*READY, signed(), delivered(LEAD_PROPOSER))
    spec.given(*history).when(deliver(LEAD_PROPOSER)).then_nothing()
    on = deliver(LEAD_PROPOSER).model_copy(update={"on": business_day(MONDAY - DAY)})
    for otherwise in (on, deliver(LEAD_PROPOSER, at=MONDAY + DAY)):
        spec.given(*history).when(otherwise).then_refused("delivered-already", "recipient")


def test_a_signed_reply_is_to_be_delivered() -> None:
    assert stages_offering("deliver-reply") == {"signed"}
