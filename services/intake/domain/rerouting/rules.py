"""Rules that a paper must meet to be continued as a case of another kind: those of registration
that depend on the kind, by the row of the new one."""

from collections.abc import Callable

from services.intake.domain.calls.rules import minimum
from services.intake.domain.classification.rules import check_purpose
from services.intake.domain.particulars.rules import check_particulars
from services.intake.domain.registration.asks import require_number
from services.intake.domain.registration.rules import check_representatives
from services.intake.domain.rerouting.commands import DivertCase
from services.intake.domain.state import Case
from shared.kernel.errors import RuleViolated
from shared.kernel.paper_numbers import check_counted, check_free, number_of, session_key


def require_way(command: DivertCase, case: Case) -> None:
    """The row of the new kind takes over papers of this one, for the reason."""
    former = case.paper.kind
    if command.kind == former:
        raise RuleViolated("diversion-same-kind", "该件已经是这一类，不需要转", "kind")
    if (rules := command.rules.row.diverted_from.get(former)) is None:
        message = f"“{{kind:{former}}}”类的件不能转为“{{kind:{command.kind}}}”"
        raise RuleViolated("diversion-unknown", message, "kind")
    if command.reason not in rules.reasons:
        known = "、".join(f"{{diversion-reason:{each}}}" for each in rules.reasons)
        message = f"转为“{{kind:{command.kind}}}”没有这一项理由，可选：{known}"
        raise RuleViolated("diversion-reason", message, "reason")


def require_place(command: DivertCase, case: Case) -> None:
    """Subject, period and channel are such as the new kind has."""
    row, paper = command.rules.row, case.paper
    if command.subject not in row.subjects:
        message = f"该类件没有代码为 {command.subject} 的主题分类，请另选主题分类"
        raise RuleViolated("subject-unknown", message, "subject")
    if row.period(paper.period) is None:
        message = f"该类件没有代码为 {paper.period} 的届次或年度，不能转"
        raise RuleViolated("period-unknown", message, "kind")
    if paper.in_session != (command.channel == "session") and command.channel != "platform":
        message = "来件渠道与该件是否会议期间提出不一致，请核对"
        raise RuleViolated("session-contradicted", message, "channel")


def require_form(command: DivertCase, case: Case) -> None:
    """The new kind knows the form of the proposers, has no more signatures to ask for, and lets so
    many speak."""
    form, named = case.paper.proposer_kind, len(case.paper.proposers)
    if form not in command.rules.row.signatures:
        raise RuleViolated("proposer-kind", "该类件没有本件的提出形式，不能转", "kind")
    if named < (least := minimum(form, named, command.rules)):
        message = f"该类件至少须有 {least} 人署名，本件提出人为 {named} 人，不能转"
        raise RuleViolated("signatures-few", message, "kind")
    check_representatives(named, command.rules, "kind")


def require_contents(command: DivertCase, case: Case) -> None:
    """The new kind has room for what the paper asks for, its purpose, its particulars, and whom it
    is against."""
    require_number(len(case.asks), command.rules)
    check_purpose(command.rules.row, case.purpose)
    known = case.particulars.earlier
    check_particulars(command.rules.row, case.particulars, command.channel, known)
    if case.against and not command.rules.row.keeps_from_accused:
        message = "该类件不登记被反映的单位和人员，本件有登记，不能转"
        raise RuleViolated("against-not-kept", message, "kind")


def require_new_number(command: DivertCase, case: Case) -> None:
    """The new number is free, and of the session in which the paper was brought."""
    if command.external_no is None:
        return
    check_counted(command.external_no, "external_no")
    printed, session = number_of(command.external_no).session, case.paper.session
    if printed and session and session_key(printed) != session_key(session):
        message = f"编号写的是“{printed}”，该件的届次是“{session}”，请核对"
        raise RuleViolated("number-session", message, "external_no")
    check_free(command.external_no, command.holder)


RULES: tuple[Callable[[DivertCase, Case], None], ...] = (
    require_way,
    require_place,
    require_form,
    require_contents,
    require_new_number,
)
