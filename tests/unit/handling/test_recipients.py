"""Recipients: the proposers of members get the reply to their master, until it is signed."""

from services.handling.domain.decider import DECIDER
from services.handling.domain.reactions import react
from services.handling.domain.recipients.commands import JoinRecipients, LeaveRecipients
from shared.contracts.case_event import Proposer
from shared.contracts.members import RecipientsJoined, RecipientsLeft, RecipientsRefused
from shared.contracts.merging import MemberJoined, MemberLeft
from shared.kernel.messages import Event, Recorded
from shared.testing.samples import sample
from tests.unit.handling.world import (
    CO_PROPOSER,
    LEAD_PROPOSER,
    MONDAY,
    PROPOSERS,
    READY,
    REPLIED,
    STOPPED,
    SYSTEM,
    deliver,
    delivered,
    head,
    mark,
    opened,
    sign,
    signed,
    spec,
    stop,
)

MEMBER = "b" * 32
HIS = Proposer(id="p-d3", known=True, masked="周九", part="lead")
AS_IMPORT = {"at": MONDAY, "by": SYSTEM, "mark": mark(), "member": MEMBER}
join = JoinRecipients(**AS_IMPORT, proposers=(HIS, CO_PROPOSER))
leave = LeaveRecipients(**AS_IMPORT)
joined = RecipientsJoined(**head(), member=MEMBER, proposers=(HIS, CO_PROPOSER))
left = RecipientsLeft(**head(), member=MEMBER)
ALL = (*PROPOSERS, HIS)


def refused(cause: str) -> RecipientsRefused:
    return RecipientsRefused.model_validate({**head(), "member": MEMBER, "cause": cause})


def test_members_join_before_and_after_the_case_is_handed_out() -> None:
    histories: list[list[Event]] = [[], [opened()], [*READY]]
    for history in histories:
        spec.given(*history).when(join).then(joined)
        spec.given(*history, joined).when(join).then()


def test_each_proposer_of_a_member_stands_in_the_reply_once() -> None:
    spec.given(*READY, joined).when(sign()).then(signed(recipients=ALL))
    early = (joined, *READY)
    spec.given(*early).when(sign()).then(signed(recipients=ALL))
    assert DECIDER.fold(early).proposers == ALL


def test_the_task_is_answered_when_the_proposers_of_members_have_the_reply() -> None:
    history = [*READY, joined, signed(recipients=ALL)]
    given = [delivered(LEAD_PROPOSER), delivered(CO_PROPOSER)]
    outcome = spec.given(*history, given[0]).when(deliver(CO_PROPOSER)).outcome()
    assert [fact.type for fact in outcome] == ["reply.delivered.v1"]
    outcome = spec.given(*history, *given).when(deliver(HIS)).outcome()
    assert [fact.type for fact in outcome] == ["reply.delivered.v1", "case.replied.v1"]


def test_a_member_leaves_while_no_reply_is_signed() -> None:
    spec.given(opened(), joined).when(leave).then(left)
    spec.given(opened()).when(leave).then()
    spec.given(*READY, joined, left).when(sign()).then(signed())


def test_who_leaves_after_the_signature_has_that_reply_and_none_of_a_later_round() -> None:
    history = [*READY, joined, signed(recipients=ALL)]
    spec.given(*history).when(leave).then(left)
    outcome = spec.given(*history, left).when(deliver(HIS)).outcome()
    assert [fact.type for fact in outcome] == ["reply.delivered.v1"]
    state = DECIDER.fold([*history, left])
    assert HIS not in state.proposers
    assert HIS.id in state.readers
    assert state.signing_with(HIS.id) == {HIS.id}
    assert state.signing_with("c-platform") == state.signing_with(LEAD_PROPOSER.id)
    assert HIS.id not in state.signing_with(LEAD_PROPOSER.id)


def test_who_comes_after_the_signature_or_to_a_case_that_has_stopped_is_sent_back() -> None:
    spec.given(*READY, signed()).when(join).then(refused("answered"))
    spec.given(opened(), STOPPED).when(join).then(refused("master-left"))


def test_a_case_that_stops_sends_back_the_members_that_are_not_answered() -> None:
    back = refused("master-left")
    spec.given(opened(), joined).when(stop()).then(back, STOPPED)
    unanswered = [*READY, joined, signed(recipients=ALL)]
    spec.given(*unanswered).when(stop()).then(back, STOPPED)
    spec.given(*unanswered, REPLIED).when(stop()).then(STOPPED)
    assert not DECIDER.fold([opened(), joined, back, STOPPED]).members


def test_the_imports_of_members_name_the_case_and_its_proposers() -> None:
    at = ("intake", "u-city", "p", MONDAY, "c")
    for fact in (sample(MemberJoined), sample(MemberLeft)):
        [told] = react(Recorded("i", "intake-c", 2, fact, *at, case_id="c"))
        assert (told.command.member, told.key) == (fact.member, fact.member)
        brought = getattr(fact, "proposers", None)
        assert getattr(told.command, "proposers", None) == brought
