"""Payloads of intake: what people type about a paper, its class and its publication."""

from typing import Annotated, Literal

from shared.contracts.particulars import Particulars
from shared.kernel.codes import Code, Id, Label, Session
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.paper_numbers import ExternalNumber
from shared.kernel.paper_rules import ProposerKind, SourceLevel
from shared.kernel.shape import Shape


class Matter(Shape):
    """The part of a paper that later services need. `consent`: whether the proposers agree to
    publication; None where they said nothing, which is never consent. `purpose`: the class of a
    petition (信访工作条例第29至31条)."""

    subject: Annotated[Code, titled("内容分类", codes="subject")]
    region: Annotated[Code, titled("所涉地区", pick="region")]
    wanted_unit: Annotated[
        Id | None, titled("建议承办单位", hint="提出人写明希望由哪个单位办理的，照填")
    ] = None
    consent: Annotated[
        bool | None,
        titled(
            "是否同意公开",
            hint="提出人没有表示的不选，不视为同意",
            answers=("同意公开", "不同意公开"),
        ),
    ] = None
    external_no: Annotated[
        ExternalNumber | None, titled("来件编号", hint="来件上原有的编号，照抄")
    ] = None
    received_on: Annotated[Day, titled("收到日期")]
    purpose: Annotated[
        Code | None, titled("信访目的", codes="purpose", hint="信访件填写，受理前须确定")
    ] = None
    face_to_face_wanted: Annotated[
        bool,
        titled(
            "是否要求当面沟通",
            hint="要求的，承办单位当面沟通以后才能答复（面复）",
            answers=("要求当面沟通", "不要求"),
        ),
    ] = False


class Paper(Matter):
    """The coded fields of a paper."""

    source_level: Annotated[SourceLevel, titled("来源层级", codes="level")] = "city"
    session: Annotated[Session | None, titled("届次会次", hint="如：十五届四次")] = None
    in_session: Annotated[
        bool, titled("提出时间", hint="不选的按来件渠道确定", answers=("会议期间", "闭会期间"))
    ] = False
    no_consent_reason: Annotated[Text | None, titled("不同意公开的理由")] = None


class Origin(Shape):
    """Behind the paper: the form of its proposers, and how many people it concerns."""

    proposer_kind: ProposerKind = "person"
    people: int = 1


class Wording(Shape):
    """The words of a paper: title (案由), text (内容), and what it asks for, item by item
    (建议、诉求事项). A reply answers the items by their numbers, from 1."""

    title: Annotated[Text, titled("案由")]
    text: Annotated[Text, titled("内容")]
    asks: Annotated[
        tuple[Text, ...],
        titled(
            "建议（诉求）事项", hint="希望解决的事项，一项一条，答复时逐项回应；不逐项列出的不填"
        ),
    ] = ()


class Registration(Paper, Origin, Wording, Particulars):
    """A paper as it is registered, but for its proposers."""


class Refusal(Shape):
    """`reason` is one of the codes that the policy row of the kind allows."""

    reason: Annotated[Code, titled("理由", codes="refusal-reason")]
    note: Annotated[Text, titled("说明")] = ""


class Classification(Shape):
    """The purpose of a petition after its acceptance, and why the former one was wrong."""

    purpose: Annotated[Code, titled("信访目的", codes="purpose")]
    reason: Annotated[Text, titled("更正的理由")]


class CaseNumber(Shape):
    """A number of a series, its printed form, and the organ that numbers such cases."""

    number: int
    label: Label
    organ: Id | None = None


class PublicationRequest(Shape):
    """The publication of the reply to one task; `request` tells two requests for it apart."""

    task: Id
    request: Id


class PublicationEnd(PublicationRequest):
    """End of a request for publication."""

    how: Literal["disclosed", "released"]
