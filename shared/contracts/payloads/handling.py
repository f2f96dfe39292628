"""Payloads of handling: what people type about contacts, opinions, drafts and replies."""

from typing import Annotated, Literal

from shared.contracts.signers import NoticeMode
from shared.kernel.codes import Code, DocumentNumber, Id, Receipt
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.paper_rules import Outcome
from shared.kernel.shape import Shape

Phase = Literal["before", "during", "after"]
Mode = Literal[
    "visit", "meeting", "invitation", "on-site", "phone", "video", "letter", "platform",
    "not-wanted",
]  # fmt: skip
IN_PERSON: frozenset[Mode] = frozenset({"visit", "meeting", "invitation", "on-site"})
"""见面、面商: the modes of contact that count as face to face."""
Node = Literal[
    "investigation", "communication", "review", "written-reply", "feedback", "supervision"
]
Attitude = Literal["agrees", "understands", "reserves", "disagrees"]
DeliveryMode = Literal["in-person", "mail", "platform", "email", "fax", "pick-up"]
DisclosureReason = Literal[
    "state-secret", "forbidden-by-law", "endangers-stability", "commercial-secret",
    "personal-privacy", "internal-matter", "process-information", "no-consent",
]  # fmt: skip
Meaning = Literal[
    "solved", "in-progress", "planned", "deferred", "reference", "not-feasible",
    "supported", "partly-supported", "not-supported", "explained",
]  # fmt: skip


class DisclosureProposal(Shape):
    """公开属性 as the drafter proposes it: mode, form and, when not open, the reason."""

    mode: Annotated[
        Literal["open", "on-request", "closed"], titled("公开属性", codes="disclosure-mode")
    ]
    form: Annotated[
        Literal["full", "abstract"] | None,
        titled("公开形式", hint="主动公开的必填", codes="disclosure-form"),
    ] = None
    reason: Annotated[
        DisclosureReason | None,
        titled("不主动公开的理由", hint="依申请公开、不予公开的必填", codes="disclosure-reason"),
    ] = None


class Contact(Shape):
    """A talk with a proposer on the day `on`: 办前联系, 办中协商 or 办后反馈; `not-wanted` is
    本人提出不需走访."""

    phase: Annotated[Phase, titled("沟通阶段", codes="phase")]
    mode: Annotated[Mode, titled("沟通方式", codes="mode")]
    on: Annotated[Day, titled("沟通日期", hint="可以补记，按沟通当日填写")]
    people: Annotated[
        tuple[Id, ...],
        titled("参加的提出人", hint="代表、委员本人参加的必填", pick="proposer"),
    ] = ()
    place: Annotated[Text, titled("地点")] = ""
    summary: Annotated[Text, titled("沟通情况")]
    attitude: Annotated[Attitude | Literal[""], titled("提出人态度", codes="attitude")] = ""


class ProgressNote(Shape):
    """A report at one of the six progress nodes."""

    node: Annotated[Node, titled("办理节点", codes="node")]
    text: Annotated[Text, titled("进展情况")]


class Opinion(Shape):
    """A co-handler's opinion for its lead (会办意见), with the number of its paper, given on the
    day `on` (absent: the day of entry)."""

    text: Annotated[Text, titled("会办意见")]
    doc_no: Annotated[DocumentNumber, titled("会办意见文号")] = ""
    on: Annotated[Day | None, titled("出具日期", hint="不填即今天")] = None


class Conclusion(Shape):
    """The class of a reply, the day promised with it, and its proposed disclosure."""

    meaning: Annotated[Meaning, titled("办理结果类别", codes="meaning")]
    target_date: Annotated[Day | None, titled("办结时限", hint="正在解决、列入计划解决的必填")] = (
        None
    )
    disclosure: Annotated[DisclosureProposal, titled("公开建议")]


class Answered(Shape):
    """The answer to the item `ask` of what a paper asks for: its outcome, and until when it will be
    done."""

    ask: Annotated[int, titled("事项序号")]
    outcome: Annotated[Outcome, titled("办理回应", codes="ask-outcome")]
    until: Annotated[Day | None, titled("落实时限", hint="列入计划的必填")] = None


class AskAnswer(Answered):
    """The answer with its words: what was done, or why not."""

    text: Annotated[Text, titled("说明", hint="没有采纳的必填，写明理由")] = ""


class ReplyDraft(Conclusion):
    """A reply as it is handed in for signature (拟稿)."""

    text: Annotated[Text, titled("答复正文")]
    answers: Annotated[
        tuple[AskAnswer, ...],
        titled("逐项答复", hint="来件逐项列出建议（诉求）事项的，必须逐项答复，附在答复正文之后"),
    ] = ()


class DraftRemark(Shape):
    """A reviewer's remark on the draft of this version."""

    version: Annotated[int, titled("第几稿")]
    remark: Annotated[Text, titled("修改意见")]


class Handover(Shape):
    """A reply given to one proposer. `on` is the day on which it was sent or handed
    over (absent: the day of entry)."""

    recipient: Annotated[Id, titled("提出人")]
    mode: Annotated[DeliveryMode, titled("送达方式", codes="delivery-mode")]
    receipt: Annotated[Receipt, titled("回执号", hint="邮政回执号，或本单位回执的年度和序号")] = ""
    on: Annotated[Day | None, titled("送达日期", hint="不填即今天")] = None


class ExtensionWish(Shape):
    """The day until which a unit wants to extend its task, and why (延期)."""

    until: Annotated[Day, titled("延期至", hint="须晚于原期限，不超过最长期限")]
    reason: Annotated[
        Text, titled("延期理由", hint="写明已做的工作和需要延期的原因；批准后告知提出人")
    ]


class Verdict(Shape):
    """An approver's decision on what a unit asked for, with a note."""

    note: Annotated[Text, titled("审批意见", hint="不同意的必填")] = ""


class ExtensionDecision(Verdict):
    """A decision as its approver types it."""

    approved: Annotated[
        bool,
        titled(
            "审批结果",
            hint="须由几个机构都同意的，最后一个同意后生效；一个不同意即告结束",
            answers=("同意延期", "不同意延期"),
        ),
    ]


class SuspensionWish(Shape):
    """The last day on which a task is to stand still, and why (暂停): a code of the policy row,
    with words."""

    until: Annotated[Day, titled("暂停至", hint="暂停的最后一天，次日起恢复计时；可以提前恢复")]
    reason: Annotated[Code, titled("暂停事由", codes="suspension-reason")]
    explanation: Annotated[
        Text, titled("具体情况", hint="写明暂停的缘由和恢复的条件；批准后告知提出人")
    ]


class SuspensionDecision(Verdict):
    """A decision as its approver types it."""

    approved: Annotated[
        bool,
        titled(
            "审批结果",
            hint="须由几个机构都同意的，最后一个同意后生效；一个不同意即告结束",
            answers=("同意暂停", "不同意暂停"),
        ),
    ]


class Resumption(Shape):
    """A note on why a task goes on before its day."""

    note: Annotated[Text, titled("恢复说明")] = ""


class Telling(Shape):
    """The way in which the proposer was told, and the day `on` (absent: the day of entry)."""

    mode: Annotated[NoticeMode, titled("告知方式", codes="notice-mode")]
    on: Annotated[Day | None, titled("告知日期", hint="不填即今天")] = None
