"""Parts of the view of a case."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.contracts import calls
from shared.contracts.linking import LinkKind
from shared.contracts.merging import Numbers
from shared.contracts.rerouting import FormerKind
from shared.contracts.signers import Notice
from shared.kernel.rerouting_rules import PassForm


class AgainstView(BaseModel):
    """被反映的单位、人员；仅向可以查阅来件内容的人显示。"""

    units: list[str]
    persons: list[str]
    note: str | None
    reason: Annotated[str | None, Field(description="更正的理由")]


class Contact(BaseModel):
    name: str | None = None
    phone: str | None = None
    address: str | None = None


class ProposerView(BaseModel):
    id: str
    known: bool
    name: str
    part: Literal["lead", "co"]
    confirmed: Annotated[bool, Field(description="已经确认联名")] = True
    signed_on: Annotated[date | None, Field(description="书面确认的日期；本人确认的为空")] = None
    evidence: Annotated[
        str | None, Field(description="书面确认的依据；只向可以查看联系方式的人显示")
    ] = None
    contact: Contact | None = None


class NoticeView(Notice):
    """书面告知。"""


class StepView(BaseModel):
    """一步办理及其理由：退回、转为另一类件、并案、更正分类、不联名、撤回、叫停清除。理由、依据按权限显示。"""

    type: Annotated[str, Field(examples=["case.classified.v1"])]
    step: Annotated[str, Field(description="这一步的名称", examples=["更正分类"])]
    at: datetime
    by: str
    on: Annotated[date | None, Field(description="书面材料的日期；没有的为空")] = None
    signer: Annotated[str | None, Field(description="不联名的人，按公开的写法")] = None
    purpose: Annotated[str | None, Field(description="更正后的信访目的")] = None
    reason: str | None = None
    evidence: Annotated[str | None, Field(description="书面依据")] = None


class RefusalView(BaseModel):
    """`note` is null for readers without the right to read the text; `to` is the unit to which a
    paper was passed on, in the form `form`."""

    form: PassForm | None = None
    to: str | None = None
    reason: str
    reason_text: str
    note: str | None
    told: Annotated[bool, Field(description="已经书面告知领衔人")]
    notice: Annotated[NoticeView | None, Field(description="告知的方式、送达日期和回执号")] = None


class FormerView(FormerKind):
    """转为现在的类件以前的类别、编号和收到日期。"""


class CallView(calls.Call):
    """联名征集。`open`：仍在征集；否则已经截止而署名人数不足。"""

    open: bool


class MergedView(Numbers):
    """并案的另一件：主件，或者并入本件的件。"""

    case_id: str


class LinkView(BaseModel):
    """关联的另一件，只列本人可以查阅的。`incoming`：关联由那一件登记，即那一件重复本件、由本件分出。"""

    case_id: str
    how: LinkKind
    incoming: bool
