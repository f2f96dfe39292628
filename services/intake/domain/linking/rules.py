"""Rules about links, and about parts of a paper that is split, by the policy row of their kind."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from services.intake.domain.linking.commands import Other, Whole
from services.intake.domain.state import Status
from shared.contracts.case_event import CaseMark
from shared.kernel.errors import RuleViolated
from shared.kernel.policy import PolicyRow
from shared.kernel.rerouting_rules import LinkWord

SPLITTABLE: frozenset[Status] = frozenset({"registered", "split"})
"""Statuses of a paper from which parts are registered: a part that was forgotten comes later."""


class PartOfPaper(Protocol):
    """A registration as these rules see it."""

    @property
    def session(self) -> str | None: ...

    @property
    def source_level(self) -> str: ...

    @property
    def received_on(self) -> date: ...

    @property
    def external_no(self) -> str | None: ...


def check_link(row: PolicyRow, other: Other | None, how: LinkWord, received_on: date) -> None:
    """Raises RuleViolated for a link that the row does not have, or to a case that the sender may
    not know. A case repeats none that came in after it."""
    if row.links is None:
        raise RuleViolated("links-none", "该类件没有关联其他件的规定")
    if how not in row.links.words:
        message = "该类件不这样关联；信访件重复的，请补正信访情况"
        raise RuleViolated("link-word", message, "how")
    if other is None:
        message = "没有找到所选的件，或者无权查阅，请重新选择"
        raise RuleViolated("link-unknown", message, "other")
    if other.is_itself:
        raise RuleViolated("link-itself", "不能与本件自身关联，请选择另一件", "other")
    if how == "repeats" and other.received_on > received_on:
        message = "所选的件收到在后，不是本件所重复的件；请在那一件上办理关联"
        raise RuleViolated("link-later", message, "other")


def check_part(
    row: PolicyRow, mark: CaseMark, paper: PartOfPaper, names: Collection[str], whole: Whole | None
) -> None:
    """Raises RuleViolated for a part that does not come from its paper: it is of the same organ and
    kind, came in with it, and is brought by the same people."""
    check_splitting(row, whole)
    if whole is None:
        return
    same = (mark.agency, mark.kind, mark.channel, mark.period) == (
        *(whole.mark.agency, whole.mark.kind, whole.mark.channel, whole.mark.period),
    )
    origin = (paper.session, paper.source_level, paper.received_on)
    if not same or origin != (whole.session, whole.source_level, whole.received_on):
        message = "分出的件与原件的类别、渠道、年度、届次、来源层级和收到日期应当一致"
        raise RuleViolated("part-differs", message, "split_from")
    if not set(names) <= set(whole.proposers):
        message = "分出的件只能由原件的提出人提出，请核对提出人"
        raise RuleViolated("part-proposers", message, "proposers")
    if paper.external_no is not None:
        message = "来件编号留在原件上，分出的件不填"
        raise RuleViolated("part-numbered", message, "external_no")


def check_splitting(row: PolicyRow, whole: Whole | None) -> None:
    """Raises RuleViolated for a paper of which no part is registered."""
    check_splittable(row, whole is not None and whole.is_against, "split_from")
    if whole is None:
        message = "没有找到所选的原件，或者无权查阅，请重新选择"
        raise RuleViolated("part-unknown", message, "split_from")
    if whole.status not in SPLITTABLE or whole.is_awaited:
        message = "只有联名人都已答复、尚未审查的件可以分案；已经交办的，由承办单位分办"
        raise RuleViolated("splitting-state", message, "split_from")


def check_splittable(row: PolicyRow, is_against: bool, field: str | None = None) -> None:
    """Raises RuleViolated where the row splits no papers, or none that are against somebody: who
    cuts such a paper decides what they may read."""
    if row.splitting is None:
        raise RuleViolated("splitting-none", "该类件没有分案的规定", field)
    if is_against:
        message = "检举控告和有被反映对象的件不分案，请单独办理"
        raise RuleViolated("splitting-secret", message, field)
