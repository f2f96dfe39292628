"""Facts of handling: the work of the units up to the delivered reply. Only handling may record
them."""

from typing import Annotated, ClassVar, Literal

from shared.contracts.case_event import Acted, CaseEvent, Charge, OnTask, PartInTask, Proposer
from shared.contracts.letters import NumberTaken, NumberVoided, ReplyNumber
from shared.contracts.obligations import EVERY, PART, Effects, meets, opens, withdraws
from shared.contracts.opened_rules import rules_opened
from shared.kernel.codes import ClassLetter, Code, Digest, DocumentNumber, Id, Receipt
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Event, Text
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Phase = Literal["before", "during", "after"]
Mode = Literal[
    "visit", "meeting", "invitation", "on-site", "phone", "video", "letter", "platform",
    "not-wanted",
]  # fmt: skip
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


class ReplyDraft(Conclusion):
    """A reply as it is handed in for signature (拟稿)."""

    text: Annotated[Text, titled("答复正文")]


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


class TaskOpened(OnTask, Charge):
    """A unit's task began here (import of case.assigned, assignment.reassigned or
    rehandling.ordered).

    `recipients` are the proposers who each get the reply; `first_contact` and `due` are copied from
    the assignment.
    """

    type: ClassVar[str] = "task.opened.v1"
    obligations: ClassVar[Effects] = (
        opens("first-contact", due="first_contact"),
        opens("reply", "rehandling", due="due"),
    )

    part: PartInTask
    recipients: tuple[Proposer, ...] = ()
    first_contact: Due | None = None
    higher_signer: bool = False


class CohandlerJoined(OnTask, Charge):
    """A co-handler's opinion is awaited from here on; only such a unit holds up the signature."""

    type: ClassVar[str] = "cohandler.joined.v1"
    obligations: ClassVar[Effects] = (opens("co-opinion", due="due"),)


WORK = tuple(sorted(rules_opened((TaskOpened, CohandlerJoined))))
"""Obligations of a unit at work on a task: they end with the task and with its reply."""


SIGNING = ("sign-for", "objection")
"""Obligations of a unit that was handed a task and has not answered. Assignment dates them; the
first work on the task is an answer, too."""
SHOWS_ACCEPTANCE: Effects = (meets(*SIGNING, why="begun"),)


def begins(tasks: str) -> Effects:
    """Returns the effects of the two facts above, for the fact that hands these tasks out."""
    contact = opens("first-contact", due="first_contact", each=tasks)
    return contact, opens("reply", "rehandling", "co-opinion", due="due", each=tasks)


class CohandlerRefused(OnTask):
    """Too late: the reply was signed before the co-handler was known here."""

    type: ClassVar[str] = "cohandler.refused.v1"


class TaskClosed(OnTask):
    """The unit need not act any more (returned, withdrawn)."""

    type: ClassVar[str] = "task.closed.v1"
    obligations: ClassVar[Effects] = (withdraws(*WORK, why="taken-back"),)

    reason: Code


class TaskCloseRefused(OnTask):
    """The task could not be taken back: its reply was already signed."""

    type: ClassVar[str] = "task.close-refused.v1"


COUNTS_AS_FIRST = {"phase": ("before", "during"), "suffices": (True,)}


class CaseContacted(Acted, Contact):
    """The unit spoke with the proposer (办前联系, 办中协商, 办后反馈) on the day `on`; it may be
    entered later, and the first-contact clock goes by the day. `suffices`: a proposer took part,
    and its mode is one that the policy row asks for (a petitioner is told in writing)."""

    type: ClassVar[str] = "case.contacted.v1"
    counts_on: ClassVar[str | None] = "on"
    # 办后反馈 does not make up for the talk that had to come first.
    obligations: ClassVar[Effects] = (
        meets("first-contact", why="contacted", when=COUNTS_AS_FIRST),
    )
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE

    suffices: bool = True

    @property
    def counts_as_first(self) -> bool:
        """Returns whether it is the contact that had to come first."""
        return all(getattr(self, name) in values for name, values in COUNTS_AS_FIRST.items())


class ProgressReported(Acted, ProgressNote):
    """One of the six progress nodes was reached."""

    type: ClassVar[str] = "progress.reported.v1"
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE


class OpinionGiven(Acted, Opinion):
    """A co-handler gave its opinion to the lead (会办意见)."""

    type: ClassVar[str] = "opinion.given.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (meets("co-opinion", why="given"),)
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE


class DraftSubmitted(Acted, ReplyDraft):
    """A version of the reply was handed in for signature; disclosure is proposed with it."""

    type: ClassVar[str] = "draft.submitted.v1"
    entails: ClassVar[Effects] = SHOWS_ACCEPTANCE

    version: int


class DraftReturned(Acted, DraftRemark):
    """The draft was sent back to its drafter with a remark."""

    type: ClassVar[str] = "draft.returned.v1"


class ReplySigned(Acted, ReplyNumber, Conclusion):
    """The head signed the reply (签发). `letter` is the class letter shown, `public_text` what
    may be published, `without_opinion` the co-handlers that had not given theirs (协办未会签)."""

    type: ClassVar[str] = "reply.signed.v1"

    version: int
    letter: ClassLetter
    public_text: Text
    digest: Digest
    recipients: tuple[Proposer, ...] = ()
    without_opinion: tuple[Id, ...] = ()


class ReplyDelivered(Acted, Handover):
    """One signer received the reply."""

    type: ClassVar[str] = "reply.delivered.v1"


class CaseReplied(OnTask, ReplyNumber):
    """The last signer of the task received the reply: the task is answered (答复)."""

    type: ClassVar[str] = "case.replied.v1"
    # Where the gate is open, a lead may reply without the opinions; they are not awaited any more.
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (
        meets(*WORK, why="replied"),
        withdraws("co-opinion", why="replied", subject=EVERY, when={"part": ("lead",)}),
    )
    entails: ClassVar[Effects] = (
        opens("rating", each="raters", subject=PART, person=PART),
        opens("publication"),
    )

    on: Day | None = None
    part: PartInTask
    scope: Text = ""
    letter: ClassLetter
    meaning: Meaning
    raters: tuple[Id, ...] = ()
    on_time: bool


class HandlingStopped(CaseEvent):
    """The case was withdrawn or erased: every open task ends (import)."""

    type: ClassVar[str] = "handling.stopped.v1"

    reason: Code


ABOUT_A_CASE: tuple[type[Event], ...] = (
    TaskOpened, CohandlerJoined, CohandlerRefused, TaskClosed, TaskCloseRefused, CaseContacted,
    ProgressReported, OpinionGiven, DraftSubmitted, DraftReturned, ReplySigned,
    ReplyDelivered, CaseReplied, HandlingStopped,
)  # fmt: skip
FACTS: tuple[type[Event], ...] = (*ABOUT_A_CASE, NumberTaken, NumberVoided)
