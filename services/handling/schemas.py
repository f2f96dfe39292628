"""HTTP answers of handling."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.handling.domain.tasks.commands import Stage
from shared.contracts.case_event import PartInTask
from shared.contracts.letters import ReplyNumber
from shared.contracts.payloads.handling import (
    Answered,
    AskAnswer,
    Conclusion,
    Contact,
    DraftRemark,
    Handover,
    Opinion,
    ProgressNote,
    ReplyDraft,
)
from shared.http.due import DueBy
from shared.http.fields import Sentence
from shared.http.forms import Form
from shared.http.words import put_words
from shared.kernel.codes import DocumentNumber
from shared.kernel.form_words import titled


class NextNumber(BaseModel):
    """The number that the next letter of the series gets, if nobody is faster."""

    number: str
    word: str
    year: str
    gapless: bool


class Voiding(Form):
    """作废文号。"""

    number: Annotated[DocumentNumber, Field(min_length=1), titled("文号")]
    reason: Annotated[
        Sentence, Field(min_length=1, examples=["打印有误，改用下一个文号"]), titled("作废理由")
    ]


class NumberEntry(BaseModel):
    """A number in the register: taken by a reply, or voided with a reason."""

    number: str
    status: Literal["taken", "voided"]
    at: datetime
    by: str
    case_id: str | None = None
    task: str | None = None
    reason: str | None = None


class NumberRegister(BaseModel):
    """The numbers of one series in one year; `free` are the gaps below the highest."""

    word: str
    year: str
    gapless: bool
    numbers: list[NumberEntry]
    free: list[str]


class Entry(BaseModel):
    """A recorded fact; a text is "已密封" for readers without the right to read it."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    at: datetime
    by: str

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        put_words(cls, str)


class ContactView(Contact, Entry):
    pass


class ProgressView(ProgressNote, Entry):
    pass


class OpinionView(Opinion, Entry):
    pass


class AnswerView(AskAnswer):
    text: str


class DraftView(ReplyDraft, Entry):
    version: int
    answers: list[AnswerView] = []  # type: ignore[assignment]


class ReturnView(DraftRemark, Entry):
    pass


class ReplyView(ReplyNumber, Conclusion, Entry):
    version: int
    letter: str
    public_text: Annotated[str, Field(description="答复正文，之后是逐项答复")]
    answers: Annotated[list[Answered], Field(description="逐项答复的结果；说明在正文之后")] = []
    digest: str
    without_opinion: Annotated[
        list[str], Field(description="签发时没有提出意见的会办单位；答复上注明协办未会签")
    ]
    stamps: Annotated[
        list[str], Field(description="答复上应当注明的字样", examples=[["协办未会签"]])
    ] = []


class DeliveryView(Handover, Entry):
    pass


class Recipient(BaseModel):
    id: str
    name: str
    part: str


class ExtensionView(BaseModel):
    """An extension that was granted. `reason` is shown to the proposer, too."""

    until: date
    was: date
    at: datetime
    reason: str


class ExtensionAskedView(BaseModel):
    """A request that waits for its approvers; `agreed` have agreed."""

    until: date
    at: datetime
    by: str
    reason: str
    approvers: list[str]
    agreed: list[str]
    needs: Literal["all", "any"]


class ExtensionRefusedView(BaseModel):
    """The last refusal of an extension."""

    at: datetime
    by: str
    note: str


class SuspensionView(BaseModel):
    """A pause, shown to the proposer, too; `ended_on` is null while the task stands still, and
    where it ended `with_task`."""

    since: Annotated[date, Field(description="暂停之日")]
    until: Annotated[date, Field(description="暂停的最后一天")]
    reason: str
    reason_name: str
    explanation: str
    ended_on: Annotated[date | None, Field(description="恢复之日（暂停的最后一天）")]
    with_task: Annotated[bool, Field(description="没有恢复：任务已经改派或终止")] = False
    was: Annotated[date | None, Field(description="暂停前的期限")]
    due: Annotated[date | None, Field(description="恢复后的期限")]
    note: str


class SuspensionAskedView(ExtensionAskedView):
    """A request that waits for its approvers; `reason` has the words, `cause` the code's name."""

    cause: str


class TaskView(DueBy, BaseModel):
    """Proposers and partners see the unit and the reply; the papers are shown to officials."""

    task: str
    unit: str
    part: PartInTask
    scope: Annotated[str | None, Field(description="封存的请向交办服务查阅")]
    round: int
    stage: Stage
    higher_signer: bool
    recipients: list[Recipient]
    contacts: list[ContactView] = []
    progress: list[ProgressView] = []
    opinions: list[OpinionView] = []
    drafts: list[DraftView] = []
    returns: list[ReturnView] = []
    reply: ReplyView | None
    deliveries: list[DeliveryView]
    on_time: bool | None
    extensions: Annotated[list[ExtensionView], Field(description="批准的延期")] = []
    extension_asked: Annotated[
        ExtensionAskedView | None, Field(description="正在审批的延期申请；只向办理人员显示")
    ] = None
    extension_refused: Annotated[
        ExtensionRefusedView | None, Field(description="最近一次未批准；只向办理人员显示")
    ] = None
    suspensions: Annotated[list[SuspensionView], Field(description="批准的暂停")] = []
    suspension_asked: Annotated[
        SuspensionAskedView | None, Field(description="正在审批的暂停申请；只向办理人员显示")
    ] = None
    suspension_refused: Annotated[
        ExtensionRefusedView | None, Field(description="最近一次未批准；只向办理人员显示")
    ] = None


class HandlingView(BaseModel):
    """The work of every unit on a case."""

    case_id: str
    version: int
    situation: str
    tasks: list[TaskView]
