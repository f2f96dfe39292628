"""Facts of intake about papers that take another way than the one they came by: passed on as a
letter or an opinion, or continued as a case of another kind. Only intake may record them.
"""

from typing import Annotated, ClassVar

from shared.contracts.case_event import CaseEvent, Kind
from shared.contracts.effects import CASE, EVERY, Effects, opens, withdraws
from shared.contracts.outcomes import not_taken_up
from shared.contracts.payloads.screening import Checked
from shared.contracts.signers import Signature
from shared.kernel.codes import Code, Id
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.paper_numbers import ExternalNumber
from shared.kernel.rerouting_rules import PassForm
from shared.kernel.shape import Shape


class PassingOn(Shape):
    """The form in which a paper is passed on, and the unit that gets it; `reason` is one of the
    codes that the policy row of the kind allows for the form."""

    form: Annotated[PassForm, titled("转为", codes="pass-form")]
    to: Annotated[Id, titled("转送单位", pick="unit")]
    reason: Annotated[Code, titled("理由", codes="refusal-reason")]
    note: Annotated[Text, titled("说明")] = ""


class CasePassedOn(CaseEvent, PassingOn, Checked):
    """Not taken up, and passed on to a unit as a letter (转来信) or an opinion (转社情民意)."""

    type: ClassVar[str] = "case.passed-on.v1"
    obligations: ClassVar[Effects] = not_taken_up("passed-on")

    by: Id


class Diversion(Shape):
    """Reason for which a paper is continued as a case of another kind, and its number there."""

    external_no: Annotated[
        ExternalNumber | None, titled("新编号", hint="转为另一类件后的编号；还没有的不填")
    ] = None
    reason: Annotated[Code, titled("理由", codes="diversion-reason")]
    note: Annotated[Text, titled("说明")] = ""


class FormerKind(Shape):
    """The paper as it was before a diversion."""

    kind: Kind
    channel: Code
    subject: Code
    external_no: ExternalNumber | None = None
    received_on: Day


class CaseDiverted(CaseEvent, Diversion):
    """The paper is screened anew as a case of another kind (如议案转为建议): its mark is the new
    one, `was` the former. It came in under its new kind on the day `received_on`. Co-signers who
    have not answered yet are `awaited`."""

    type: ClassVar[str] = "case.diverted.v1"
    obligations: ClassVar[Effects] = (
        withdraws("screening", why="diverted", subject=CASE),
        withdraws("signature", why="diverted", subject=EVERY),
        withdraws("refusal-notice", why="diverted", subject=CASE),
        opens("screening", subject=CASE, when={"awaited": ((),)}),
        opens("signature", each="awaited", subject="signer", person="signer"),
        opens("refusal-notice", subject=CASE),
    )

    by: Id
    was: FormerKind
    subject: Code
    received_on: Day
    awaited: tuple[Signature, ...] = ()
