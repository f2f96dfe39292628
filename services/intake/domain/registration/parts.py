"""Rules and facts of a paper that is a part of another one (分案)."""

from collections.abc import Sequence

from services.intake.domain.linking.commands import Whole
from services.intake.domain.linking.rules import check_splittable
from services.intake.domain.registration.commands import RegisterCase
from services.intake.domain.state import Status
from shared.contracts.case_event import CaseMark
from shared.contracts.linking import CaseLinked
from shared.kernel.errors import RuleViolated

SPLITTABLE: frozenset[Status] = frozenset({"registered", "split"})
"""Statuses of a paper from which parts are registered: a part that was forgotten comes later."""
MARKED = ("agency", "kind", "channel", "period")
DATED = ("session", "source_level", "received_on")
"""Fields in which a part is like its paper."""


def require_right_part(command: RegisterCase) -> None:
    """A part is registered by those who keep the ledgers, from a paper that may be split: it is of
    the same organ and kind, came in with it, and is brought by the same people."""
    if command.split_from is None:
        return
    if command.is_own or command.client:
        message = "分案由登记机关办理，请不要填写原件"
        raise RuleViolated("part-by-office", message, "split_from")
    whole = require_splittable_whole(command)
    if differs(command, whole):
        message = "分出的件与原件的类别、渠道、年度、届次、来源层级和收到日期应当一致"
        raise RuleViolated("part-differs", message, "split_from")
    if not {each.person or each.masked for each in command.proposers} <= set(whole.proposers):
        message = "分出的件只能由原件的提出人提出，请核对提出人"
        raise RuleViolated("part-proposers", message, "proposers")
    if command.external_no is not None:
        message = "来件编号留在原件上，分出的件不填"
        raise RuleViolated("part-numbered", message, "external_no")


def require_splittable_whole(command: RegisterCase) -> Whole:
    """Returns the paper from which the part comes; one that the sender may not know is none."""
    whole = command.whole
    is_against = whole is not None and whole.is_against
    check_splittable(command.rules.row, is_against, "split_from")
    if whole is None:
        message = "没有找到所选的原件，或者无权查阅，请重新选择"
        raise RuleViolated("part-unknown", message, "split_from")
    if whole.status not in SPLITTABLE or whole.is_awaited:
        message = "只有联名人都已答复、尚未审查的件可以分案；已经交办的，由承办单位分办"
        raise RuleViolated("splitting-state", message, "split_from")
    require_room(command, whole)
    return whole


def require_room(command: RegisterCase, whole: Whole) -> None:
    rules = command.rules.row.splitting
    if rules and whole.parts >= rules.most:
        message = f"从所选的件登记的已有 {rules.most} 件，不能再分"
        raise RuleViolated("parts-full", message, "split_from")


def differs(part: RegisterCase, whole: Whole) -> bool:
    marked = any(getattr(part, name) != getattr(whole.mark, name) for name in MARKED)
    return marked or any(getattr(part, name) != getattr(whole, name) for name in DATED)


def link_of(command: RegisterCase) -> Sequence[CaseLinked]:
    """Returns the link to the paper, in the commit that registers its part."""
    if command.split_from is None:
        return []
    mark = command.fields(CaseMark)
    link = {"other": command.split_from, "how": "part"}
    return [CaseLinked(at=command.at, by=command.by, **mark, **link)]
