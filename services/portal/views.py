"""Answers of the portal on the caller, on similar cases and on running lights."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from services.portal.schemas import Line
from shared.kernel.actor import Actor


class Me(BaseModel):
    """The caller, as the directory knows the person today."""

    sub: str
    name: str | None = Field(default=None, description="姓名；通讯录中没有的为空")
    roles: list[str]
    posts: list[dict[str, str]]
    names: dict[str, str] = Field(default={}, description="本人所在单位今日的名称")
    may: list[str] = Field(
        default=[],
        description="权限表允许本人岗位办理或查阅的事项，不论哪一件；页面按此显示",
        examples=[["record-contact", "submit-draft"]],
    )
    deputy: bool
    client_of: str | None
    now: str
    calendar_missing: int | None = Field(
        default=None, description="11 月起：节假日安排尚未登记的次年，该年的到期日是推算的"
    )

    @classmethod
    def of(cls, actor: Actor, **known: Any) -> "Me":
        posts = [{"role": post.role, "unit": post.unit} for post in actor.posts]
        who = {"sub": actor.sub, "deputy": actor.deputy, "client_of": actor.client_of}
        return cls(roles=sorted(actor.roles), posts=posts, **who, **known)


class SimilarCase(Line):
    """A case whose title is like another one; `shared`: the words that both have."""

    shared: list[str] = Field(default=[], examples=[["高铁站周边", "排水防涝"]])


class Similar(BaseModel):
    """The most similar first."""

    items: list[SimilarCase]


class LedBefore(BaseModel):
    """A case with a like title, as the reader sees it."""

    case_id: str
    label: str | None
    title: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "LedBefore":
        return cls(case_id=row["_id"], label=row.get("label"), title=row.get("title"))


class ProposedLead(BaseModel):
    """A unit that is proposed to lead a case, and why."""

    unit: str = Field(examples=["u-hou"])
    matter: str | None = Field(description="职责边界中的事项；只因相似办件推荐的为空")
    words: list[str] = Field(description="来件中说到的词语", examples=[["排水", "内涝"]])
    basis: str | None
    beside: list[str] = Field(description="通常会办的单位", examples=[["u-wat"]])
    earlier: list[LedBefore] = Field(description="由其主办的相似办件")


class ProposedLeads(BaseModel):
    """The best proposal first; `names`: of the units in it."""

    items: list[ProposedLead]
    names: dict[str, str]


class LitGroup(BaseModel):
    """Running cases of a group by light."""

    value: str
    depth: int = 0
    lights: dict[str, int] = Field(examples=[{"red": 2, "yellow": 5, "green": 31}])
    total: int


class Lights(BaseModel):
    """Running cases by light: all of them, and in groups; `names`: of the units in it."""

    by: str
    whole: LitGroup
    groups: list[LitGroup]
    names: dict[str, str] = Field(default={}, examples=[{"u-hou": "市住建局"}])
