"""The case page: the case document with its timeline, names and buttons."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from pydantic import BaseModel, Field

from services.portal.domain.automatic import is_automatic
from services.portal.domain.course import one_line_each
from services.portal.domain.derived import OWNERS, merged
from services.portal.schemas import Line, Say
from shared.http.actions import Action, Blocked
from shared.kernel.calendar import business_day
from shared.kernel.reply_rules import NoticeKind

NOT_SHOWN = frozenset({"at", "recorded", "version", "type", "actor"})
"""Fields of a line of the timeline that are not `about` anything."""


UNITS = ("unit", "to", "former", "units")
"""Fields of a line of the timeline that hold a unit, or several."""
CODED = ("rule", "rung", "light", "why")
"""Fields of a line of the timeline that hold codes of labels.yaml."""


class Entry(BaseModel):
    """One line of the merged timeline: codes and ids; texts are fetched from their service."""

    at: str
    owner: str
    version: int
    type: str
    actor: str | None = Field(description="经办人；评价结束以前，承办单位看不到评价人")
    step: str = Field(description="这一步的名称", examples=["立案", "受理"])
    automatic: bool = Field(
        False, description="系统随其他步骤自动记录，页面和办件单上折叠", examples=[False]
    )
    about: dict[str, Any] = Field(description="任务、单位、时限、灯色等代码")
    words: dict[str, str] = Field(description="上述代码的名称")
    names: dict[str, str] = Field(
        default={}, description="当日名称与今日不同的单位，按当日的名称", examples=[{}]
    )

    @property
    def day(self) -> date:
        """The day of the act, where it was entered later; else that of the entry."""
        on = self.about.get("on")
        return date.fromisoformat(on) if on else business_day(datetime.fromisoformat(self.at))

    def units(self) -> Iterator[str]:
        """Yields the ids of the units that the line is about."""
        for name in UNITS:
            found = self.about.get(name) or []
            yield from [found] if isinstance(found, str) else found

    @classmethod
    def of(cls, owner: str, line: Mapping[str, Any], say: Callable[[str, str], str]) -> "Entry":
        about = {name: value for name, value in line.items() if name not in NOT_SHOWN}
        return cls(
            owner=owner,
            step=say("fact", line["type"].rsplit(".v", 1)[0]),
            automatic=is_automatic(line["type"]),
            about=about,
            words={name: say(name, str(about[name])) for name in CODED if about.get(name)},
            at=line["at"],
            version=line["version"],
            type=line["type"],
            actor=line["actor"],
        )


class ServiceAction(Action):
    """An action, and the service that takes it."""

    service: str


class ServiceBlocked(Blocked):
    """A blocked action, and the service that would refuse it."""

    service: str


@dataclass(frozen=True)
class Buttons:
    """The actions that services offer, those that they block, and the services that did not
    answer."""

    actions: list[ServiceAction] = field(default_factory=list)
    blocked: list[ServiceBlocked] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, service: str, offered: Mapping[str, Any]) -> "Buttons":
        """Returns the answer of a service with its name at each action. While versions are mixed,
        one may not say what is blocked."""
        return cls(
            [ServiceAction(service=service, **each) for each in offered["actions"]],
            [ServiceBlocked(service=service, **each) for each in offered.get("blocked", ())],
        )

    def __add__(self, other: "Buttons") -> "Buttons":
        return Buttons(
            self.actions + other.actions,
            self.blocked + other.blocked,
            self.missing + other.missing,
        )


def stamped(
    handling: Mapping[str, Any], say: Callable[[str, str], str]
) -> Iterator[tuple[str, list[str]]]:
    """Yields the tasks whose signed replies carry a stamp, with its words."""
    for name, task in handling.get("tasks", {}).items():
        if task.get("without_opinion"):
            yield name, [say("stamp", "without-opinion")]


class CasePage(Line):
    """The case document; `versions` names the version of each stream in it (`If-Match`,
    `at_least`)."""

    notices: list[NoticeKind] = Field(
        default=[], description="本人可以打印的告知书、转送函", examples=[["acceptance"]]
    )
    own: bool = Field(False, description="本人是提出人", examples=[False])
    intake: dict[str, Any]
    assignment: dict[str, Any]
    handling: dict[str, Any]
    feedback: dict[str, Any]
    disclosure: dict[str, Any]
    reminder: dict[str, Any]
    stamps: dict[str, list[str]] = Field(
        default={},
        description="答复上应当注明的字样，按任务编号",
        examples=[{"92330016d2f8": ["协办未会签"]}],
    )
    timeline: list[Entry]
    versions: dict[str, int]
    actions: list[ServiceAction]
    blocked: list[ServiceBlocked] = Field(
        default_factory=list, description="岗位允许、目前还不能办理的事项及其原因"
    )
    actions_missing: list[str] = Field(description="暂时未能应答的服务，其按钮可能不全")
    names: dict[str, str] = Field(
        default={},
        description="单位、平台、任职人员和年度的名称",
        examples=[{"u-hou": "市住建局", "p-hou-1": "王芳"}],
    )

    def named(self) -> set[str]:
        """Returns the ids in the page that may have names: of units and of those who acted."""
        units = {unit for entry in self.timeline for unit in entry.units()}
        actors = {entry.actor for entry in self.timeline if entry.actor}
        told = {unit for unit in [self.intake.get("passed_to")] if unit}
        return {*super().named(), *units, *actors, *told}

    @classmethod
    def of_document(
        cls,
        document: Mapping[str, Any],
        say: Say,
        buttons: Buttons,
    ) -> "CasePage":
        """Returns the page without names of units and people, which `named` adds."""
        say_here = partial(say, document)
        parts = {owner: dict(document.get(owner, {})) for owner in OWNERS}
        told = {owner: parts[owner].pop("timeline", []) for owner in OWNERS}
        timelines = {owner: list(one_line_each(lines)) for owner, lines in told.items()}
        return cls(
            **Line.of(document, say).model_dump(),
            **parts,
            stamps=dict(stamped(parts["handling"], say_here)),
            timeline=[Entry.of(owner, line, say_here) for owner, line in merged(timelines)],
            versions={stream: seen[0] for stream, seen in document.get("seen", {}).items()},
            actions=buttons.actions,
            blocked=buttons.blocked,
            actions_missing=buttons.missing,
        )
