"""Payloads of assignment: what people type about tasks, objections and rulings."""

from typing import Annotated, Literal

from shared.contracts.case_event import PartInTask, Proposer, Task
from shared.kernel.codes import Code, Id
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.shape import Shape


class Topic(Shape):
    """The subject and the region of a case, as statistics count it."""

    subject: Code
    region: Code = ""


class WantedUnit(Shape):
    """One unit in an assignment, with its part and its own share of the matter."""

    unit: Annotated[Id, titled("承办单位")]
    part: Annotated[PartInTask, titled("承办方式", codes="part")]
    scope: Annotated[Text, titled("负责的部分", hint="分办时必填")] = ""


class HandOut(Shape):
    """The units that get tasks, and the day until which they answer, where that is an earlier one
    than the policy row gives."""

    tasks: Annotated[tuple[WantedUnit, ...], titled("承办单位")]
    reply_by: Annotated[
        Day | None, titled("答复期限", hint="不填即按办理规则计算；可以提前，不能推后")
    ] = None


class Plan(HandOut):
    """A hand-out that the office proposes (拟办), and why."""

    reason: Annotated[Text, titled("拟办理由")]


Verdict = Literal["agreed", "changed", "returned"]


class Endorsement(Shape):
    """The leader's decision on a plan (批示): it is carried out as it stands, or as it is changed
    here, or goes back."""

    verdict: Annotated[Verdict, titled("批示", codes="plan-verdict", hint="退回重拟的，写明理由")]
    note: Annotated[Text, titled("批示意见", hint="退回重拟的必填")] = ""
    tasks: Annotated[
        tuple[WantedUnit, ...], titled("调整后的承办单位", hint="调整后同意的必填，其余的不填")
    ] = ()
    reply_by: Annotated[
        Day | None, titled("调整后的答复期限", hint="调整后同意的填写；不填即按办理规则计算")
    ] = None


class Objection(Shape):
    """The reason why a task is not the unit's own (退办), the unit suggested instead, and the
    statement of the unit's head, where the policy row asks for one."""

    reason: Annotated[Code, titled("退办理由", codes="objection-reason")]
    explanation: Annotated[Text, titled("退办说明", hint="建议、议案、提案、信访件必填")] = ""
    suggested_unit: Annotated[Id | None, titled("建议承办单位", hint="建议、议案、提案必填")] = None
    head_statement: Annotated[
        Text, titled("单位负责人意见", hint="办理规则要求的必填：由单位主要负责人审签")
    ] = ""


class PaperObjection(Objection):
    """An objection that came in on paper, on the day `on`."""

    on: Annotated[Day, titled("退办函收到日期", hint="须在退办期限以内")]


class NewCohandler(Shape):
    """A unit that joins an assigned case as co-handler, and why."""

    unit: Annotated[Id, titled("会办单位")]
    scope: Annotated[Text, titled("负责的部分")] = ""
    reason: Annotated[Text, titled("增加会办的理由")]


class Removal(Shape):
    """Reason for which a co-handler is not needed any more."""

    reason: Annotated[Text, titled("取消会办的理由")]


class Swap(Shape):
    """Reason for which a lead and a co-handler change places."""

    reason: Annotated[Text, titled("对调的理由")]


class Receiving(Shape):
    """The day on which the unit signed for its task (absent: the day of entry)."""

    on: Annotated[Day | None, titled("签收日期", hint="不填即今天；纸质签收的，填签收当日")] = None


class Ruling(Shape):
    """The office's decision on an objection."""

    upheld: Annotated[
        bool,
        titled(
            "审核意见",
            hint="同意的，等待改派；不同意的，由原单位承办",
            answers=("同意退办", "不同意退办"),
        ),
    ]
    note: Annotated[Text, titled("审核说明")] = ""


class Arbitration(Shape):
    """The ruling that binds (裁定): the unit that must act, its share (None: that of the task), and
    why. The former lead may stay as co-handler."""

    ruled_unit: Annotated[Id, titled("裁定承办单位", hint="可以是原单位，也可以是其他单位")]
    reason: Annotated[Text, titled("裁定理由")]
    scope: Annotated[
        Text | None, titled("负责的部分", hint="由其他单位承办时填写；不填则与原任务相同")
    ] = None
    former_as_co: Annotated[
        bool,
        titled("原主办单位", hint="裁定由其他单位主办时填写", answers=("转为会办", "不再承办")),
    ] = False


class CohandlerWish(Shape):
    """The unit that a lead asks for beside it (建议增加会办单位), its share, and why."""

    cohandler: Annotated[Id, titled("建议会办单位")]
    scope: Annotated[Text, titled("负责的部分")] = ""
    reason: Annotated[Text, titled("建议理由")]


class CohandlerVerdict(Shape):
    """The answer of the organ to a lead that asks for a unit beside it."""

    granted: Annotated[
        bool,
        titled("答复", hint="不增加的，写明理由", answers=("增加会办单位", "不增加")),
    ]
    note: Annotated[Text, titled("答复说明", hint="不增加的必填")] = ""


class CohandlerDecision(CohandlerVerdict):
    """The answer, with the unit that joins; the share is that of the proposal where none is
    given."""

    cohandler: Annotated[
        Id | None, titled("会办单位", hint="增加的必填；可以改定建议以外的单位")
    ] = None
    scope: Annotated[Text | None, titled("负责的部分", hint="不填则按建议")] = None


class ClosingStep(Shape):
    """A step towards the end of a case: `replied` (task, raters to be heard), `rated` and `lapsed`
    (task, rater), `reviewed` (the organ's decision on a rating), `rehandling` (new tasks).

    `next_round` is the round that a rating or a decision promised, or that was ordered after
    `task`; with `higher_signer` a higher head signs its reply. `under_review`: the organ has still
    to decide on the rating.
    """

    what: Literal["replied", "rated", "lapsed", "reviewed", "rehandling"]
    task: Id
    raters: tuple[Id, ...] = ()
    tasks: tuple[Task, ...] = ()
    next_round: int | None = None
    higher_signer: bool = False
    under_review: bool = False


class Opening(Topic):
    """An accepted case, as assignment needs it. Its `purpose` may reserve it to certain units. It
    is `carried` by its `receiver`, who took the paper, until a unit has signed for it (首问责任).
    """

    purpose: Code | None = None
    wanted_unit: Id | None = None
    received_on: Day
    proposers: tuple[Proposer, ...] = ()
    receiver: Id | None = None
    carried: bool = False
