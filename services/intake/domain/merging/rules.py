"""Rules of a merger: which cases may be handled together, by the policy row of their kind."""

from collections.abc import Callable

from services.intake.domain.merging.commands import Master, MergeCase
from services.intake.domain.state import Case
from shared.kernel.errors import RuleViolated
from shared.kernel.rerouting_rules import Alike
from shared.kernel.texts import require_text

MOST_MEMBERS = 20
MOST_PEOPLE = 200
"""Members of one merger, and those who get its reply: as many as one paper may name. They stand
together in facts, which are bounded (ADR 13)."""
NAMES: dict[Alike, str] = {
    "period": "年度（届次）",
    "session": "会议届次",
    "subject": "主题分类",
    "region": "所属区域",
}


def require_kind(command: MergeCase, case: Case) -> None:
    """The row of the kind merges cases, and none of this purpose that must not become known to
    others (信访工作条例第30条)."""
    row = command.rules.row
    if row.merging is None:
        raise RuleViolated("merging-none", "该类件没有并案办理的规定，请分别办理")
    if case.against or not row.may_publish(case.purpose):
        raise RuleViolated("merging-secret", "检举控告和有被反映对象的件不并案，请单独办理")


def require_free(command: MergeCase, case: Case) -> None:
    """The case has neither members nor tasks of its own."""
    if case.members:
        message = f"已有 {len(case.members)} 件并入本件，本件不能再并入其他件；请将各件并入同一件"
        raise RuleViolated("merging-has-members", message)
    if command.assigned:
        raise RuleViolated("merging-assigned", "该件已经交办，不能再并入其他件")


def require_master(command: MergeCase, case: Case) -> Master:
    """Returns the master; one that the sender may not know is none."""
    if (master := command.master) is None:
        message = "没有找到所选的件，或者无权查阅，请重新选择"
        raise RuleViolated("merging-unknown", message, "into")
    if master.is_itself:
        raise RuleViolated("merging-itself", "不能并入本件，请选择另一件", "into")
    return master


def require_same_kind(command: MergeCase, case: Case) -> None:
    master, paper = require_master(command, case).mark, case.paper
    if (master.agency, master.kind) != (paper.agency, paper.kind):
        message = f"所选的是“{{kind:{master.kind}}}”，只有同一机关的同类件可以并案"
        raise RuleViolated("merging-kind", message, "into")


def require_open_master(command: MergeCase, case: Case) -> None:
    """The master is in hand, of no merger itself, and not answered."""
    master = require_master(command, case)
    if master.status == "merged":
        message = "所选的件已经并入其他件，请选择其并入的那一件"
        raise RuleViolated("merging-master-merged", message, "into")
    if master.status != "accepted":
        message = f"所选的件{{situation:{master.status}}}，不能并入；只能并入在办的件"
        raise RuleViolated("merging-master-state", message, "into")
    if master.is_against:
        message = "检举控告和有被反映对象的件不并案，请单独办理"
        raise RuleViolated("merging-secret", message, "into")
    if master.answered:
        message = "所选的件已经签发答复，不能再并入；请单独办理"
        raise RuleViolated("merging-answered", message, "into")


def require_alike(command: MergeCase, case: Case) -> None:
    """Both agree in the fields that the row names, and in their purpose."""
    master, paper, rules = require_master(command, case), case.paper, command.rules.row.merging
    theirs = {
        "period": master.mark.period,
        "session": master.session,
        "subject": master.subject,
        "region": master.region,
    }
    for name in rules.same if rules else ():
        if theirs[name] != getattr(paper, name):
            message = f"两件的{NAMES[name]}不同，不能并案"
            raise RuleViolated("merging-differs", message, "into")
    if master.purpose != case.purpose:
        raise RuleViolated("merging-differs", "两件的信访目的不同，不能并案", "into")


def require_room(command: MergeCase, case: Case) -> None:
    master = require_master(command, case)
    if master.members >= MOST_MEMBERS:
        message = f"所选的件已有 {MOST_MEMBERS} 件并入，不能再并入"
        raise RuleViolated("merging-full", message, "into")
    if master.people + len(case.paper.proposers) > MOST_PEOPLE:
        message = f"各件的提出人合计超过 {MOST_PEOPLE} 名，不能并案"
        raise RuleViolated("merging-full", message, "into")


def people_of(case: Case) -> int:
    """Returns how many people get the reply to the case."""
    joined = sum(len(each.proposers) for each in case.members.values())
    return joined + len(case.paper.proposers)


def require_reason(command: MergeCase, case: Case) -> None:
    require_text(command.reason, "请写明并案的理由", "reason", "merging-reason")


RULES: tuple[Callable[[MergeCase, Case], object], ...] = (
    require_kind,
    require_free,
    require_master,
    require_same_kind,
    require_open_master,
    require_alike,
    require_room,
    require_reason,
)
