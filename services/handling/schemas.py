"""HTTP bodies and answers of handling."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.handling.domain.state import Stage
from shared.contracts.case_event import PartInTask
from shared.contracts.handling import DisclosureProposal, Meaning, Mode, Node, Phase
from shared.http.fields import Code, Line, Note, Someone, Words
from shared.kernel.codes import DocumentNumber, Receipt


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class NewContact(Form):
    """办前联系、办中协商、办后反馈。参加人员填编号，代表、委员本人须填；姓名和电话请写在情况里。
    可以补记，首次联系期限按联系当日判断；答复签发之后的联系为办后反馈。"""

    phase: Annotated[Phase, Field(description="before 办前、during 办中、after 办后")]
    mode: Annotated[Mode, Field(description="not-wanted 表示本人提出不需走访", examples=["visit"])]
    on: date
    people: Annotated[list[Someone], Field(max_length=50)] = []
    place: Line = ""
    summary: Annotated[Words, Field(examples=["登门听取意见，代表希望先改造三条主干道。"])]
    attitude: Annotated[Code | Literal[""], Field(description="提出人态度（代码）")] = ""


class NewProgress(Form):
    node: Annotated[Node, Field(examples=["investigation"])]
    text: Words


class NewOpinion(Form):
    text: Words
    doc_no: Annotated[DocumentNumber, Field(description="会办意见文号")] = ""


class Proposal(Form):
    """公开属性：不主动公开的须填理由代码，主动公开的须选全文或摘要。"""

    mode: Literal["open", "on-request", "closed"]
    form: Literal["full", "abstract"] | None = None
    reason: Annotated[Code | None, Field(examples=["personal-privacy"])] = None


class NewDraft(Form):
    text: Words
    meaning: Annotated[Meaning, Field(description="办理结果类别，按含义", examples=["in-progress"])]
    target_date: Annotated[date | None, Field(description="正在解决、列入计划的必填")] = None
    disclosure: Proposal

    def fields(self) -> dict[str, object]:
        proposal = DisclosureProposal(**dict(self.disclosure))
        return {**dict(self), "disclosure": proposal}


class DraftReturn(Form):
    version: Annotated[int, Field(ge=1, le=1_000, description="审阅的是第几稿")]
    remark: Annotated[Note, Field(min_length=1)]


class Signature(Form):
    number: Annotated[DocumentNumber, Field(min_length=1)]
    version: Annotated[
        int | None, Field(ge=1, le=1_000, description="签发的是第几稿；已有新稿时拒绝")
    ] = None


class Delivery(Form):
    recipient: Annotated[Someone, Field(description="提出人编号")]
    mode: Annotated[Code, Field(examples=["in-person", "mail", "platform"])]
    receipt: Annotated[Receipt, Field(description="邮政回执号，或本单位回执的年度和序号")] = ""


class Entry(BaseModel):
    """One recorded fact; a text is "已密封" for whom the access table does not let read it."""

    at: datetime
    by: str


class ContactView(Entry):
    phase: Phase
    mode: Mode
    on: date
    people: tuple[str, ...]
    place: str
    summary: str
    attitude: str


class ProgressView(Entry):
    node: Node
    text: str


class OpinionView(Entry):
    text: str
    doc_no: str


class DraftView(Entry):
    version: int
    text: str
    meaning: Meaning
    target_date: date | None
    disclosure: DisclosureProposal


class ReturnView(Entry):
    version: int
    remark: str


class ReplyView(Entry):
    number: str
    version: int
    meaning: Meaning
    letter: str
    target_date: date | None
    public_text: str
    digest: str
    disclosure: DisclosureProposal


class DeliveryView(Entry):
    recipient: str
    mode: str
    receipt: str


class Recipient(BaseModel):
    id: str
    name: str
    part: str


class TaskView(BaseModel):
    """Proposers and partners see who acts and the reply; the papers are shown to officials."""

    task: str
    unit: str
    part: PartInTask
    scope: Annotated[str | None, Field(description="封存的请向交办服务查阅")]
    round: int
    stage: Stage
    higher_signer: bool
    due: datetime
    recipients: list[Recipient]
    contacts: list[ContactView] = []
    progress: list[ProgressView] = []
    opinions: list[OpinionView] = []
    drafts: list[DraftView] = []
    returns: list[ReturnView] = []
    reply: ReplyView | None
    deliveries: list[DeliveryView]
    on_time: bool | None


class HandlingView(BaseModel):
    """What every unit has done in a case."""

    case_id: str
    version: int
    situation: str
    tasks: list[TaskView]


class PossibleAction(BaseModel):
    action: str
    target: str | None = None


class PossibleActions(BaseModel):
    actions: list[PossibleAction]
