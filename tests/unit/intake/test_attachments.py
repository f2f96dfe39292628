"""Files of a paper: added once, while the paper is in hand, and never behind a co-signer's back."""

from typing import Any

import pytest

from services.intake.domain.attachments.commands import AddAttachment, RemoveAttachment
from services.intake.domain.attachments.decider import is_attached
from services.intake.domain.attachments.rules import require_room
from services.intake.domain.decider import DECIDER
from services.intake.domain.state import Case
from shared.contracts.attachments import AttachmentAdded, AttachmentRemoved
from shared.contracts.erasure import ErasureAsked, ErasureConfirmed
from shared.contracts.intake import CaseDeclined, CaseErased
from shared.contracts.signers import SignatureConfirmed
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event, Sealed
from shared.kernel.paper_rules import AttachmentRules
from tests.unit.intake.papers import (
    COSIGNER,
    DEPUTY,
    MONDAY,
    accepted,
    head,
    registered,
    rules,
    spec,
    withdrawn,
)
from tests.unit.intake.test_resubmission import again, sent_back

FIRST, SECOND = "1" * 32, "2" * 32
FILE: dict[str, Any] = {
    "attachment": FIRST,
    "about": Sealed(ref="a", size=60, digest="da"),
    "media": "jpg",
    "size": 482_130,
    "pieces": 1,
    "sha256": "3f" * 32,
    "scanned": True,
    "note": Sealed(ref="n", size=9, digest="dn"),
}
WHY = Sealed(ref="r", size=6, digest="dr")
declined = CaseDeclined(**head(), by="p-office", reason="outside-remit")
joint = registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")
confirmed = SignatureConfirmed(**head(), by="p-n2", signer="p-n2")


def add(by: str = "p-n1", **changes: Any) -> AddAttachment:
    return AddAttachment(at=MONDAY, by=by, **FILE | {"policy": rules()} | changes)


def added(by: str = "p-n1", **changes: Any) -> AttachmentAdded:
    return AttachmentAdded(**head(), by=by, **FILE | changes)


def remove(by: str = "p-n1", attachment: str = FIRST, reason: Any = WHY) -> RemoveAttachment:
    return RemoveAttachment(at=MONDAY, by=by, attachment=attachment, reason=reason)


removed = AttachmentRemoved(**head(), by="p-n1", attachment=FIRST, reason=WHY)


def of(*history: Event) -> Case:
    case = DECIDER.fold(history)
    assert isinstance(case, Case)
    return case


@pytest.mark.parametrize("history", [(), (sent_back,), (accepted(),), (sent_back, again)])
def test_a_file_is_added_while_the_paper_is_in_hand(history: tuple[Event, ...]) -> None:
    spec.given(registered(), *history).when(add()).then(added())
    case = of(registered(), *history, added())
    assert list(case.attachments) == [FIRST]
    assert is_attached(case, FIRST)
    assert not is_attached(case, SECOND)


@pytest.mark.parametrize("over", [declined, withdrawn])
def test_nothing_is_added_or_removed_when_it_is_over(over: Event) -> None:
    spec.given(registered(), over).when(add()).then_refused("case-decided")
    spec.given(registered(), added(), over).when(remove()).then_refused("case-decided")


def test_a_file_is_added_once() -> None:
    spec.given(registered(), added()).when(add()).then_nothing()


def test_a_case_has_as_many_files_as_its_row_says() -> None:
    policy = rules(attachments=AttachmentRules(most=1))
    more = add(attachment=SECOND, policy=policy)
    spec.given(registered(), added()).when(more).then_refused("attachments-full")
    spec.given(registered(), added(), removed).when(more).then(added(attachment=SECOND))


def test_a_file_is_removed_with_a_reason_and_once() -> None:
    spec.given(registered(), added()).when(remove()).then(removed)
    spec.given(registered(), added(), removed).when(remove()).then_nothing()
    spec.given(registered(), added()).when(remove(reason="")).then_refused(
        "reason-required", "reason"
    )
    case = of(registered(), added(), removed)
    assert case.attachments == {}
    assert [step.fact for step in case.steps] == [removed]


def test_a_file_that_was_removed_comes_back_only_as_another_upload() -> None:
    """Its bytes are gone: the same id would name nothing."""
    spec.given(registered(), added(), removed).when(add()).then_refused(
        "attachment-removed", "upload"
    )


def test_a_proposer_removes_his_own_files_only() -> None:
    scanned_in = added(by="p-reg")
    spec.given(registered(), scanned_in).when(remove()).then_refused(
        "attachment-of-another", "attachment"
    )
    by_office = removed.model_copy(update={"by": "p-reg"})
    spec.given(registered(), added()).when(remove("p-reg")).then(by_office)


def test_no_file_is_changed_behind_a_cosigners_back() -> None:
    """Until another has signed, the author may; whoever keeps the papers always may."""
    spec.given(joint).when(add()).then(added())
    spec.given(joint, confirmed).when(add()).then_refused("attachment-signed")
    spec.given(joint, added(), confirmed).when(remove()).then_refused("attachment-signed")
    spec.given(joint, confirmed).when(add("p-reg")).then(added("p-reg"))


def test_an_erased_case_has_no_files() -> None:
    asked = ErasureAsked(**head(), by="p-admin", reason="person-asked", not_before=MONDAY)
    sure = ErasureConfirmed(**head(), by="p-head", reason="person-asked")
    erased = CaseErased(**head(), by="p-head", reason="person-asked")
    assert of(registered(), added(), asked, sure, erased).attachments == {}
    spec.given(registered(), asked, sure, erased).when(add()).then_refused("case-decided")


def test_the_last_file_that_finds_room_is_added_again_without_harm() -> None:
    """A repetition of the request that brought it is answered, not refused."""
    full = rules(attachments=AttachmentRules(most=1))
    spec.given(registered(), added()).when(add(policy=full)).then_nothing()
    case = of(registered(), added())
    require_room(case, FIRST, {"p-n1"}, most=1)
    with pytest.raises(RuleViolated, match="最多 1 个"):
        require_room(case, SECOND, {"p-n1"}, most=1)
