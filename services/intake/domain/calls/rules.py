"""Rules of a call: until when it may last, and whether a paper has the signatures of its form."""

from collections.abc import Iterable
from datetime import datetime

from services.intake.domain.state import Case
from shared.contracts.calls import Called
from shared.kernel.calendar import business_day, ending_day, midnight_after
from shared.kernel.days import Day
from shared.kernel.errors import RuleViolated
from shared.kernel.paper_rules import ProposerKind
from shared.kernel.policy import Due, Policy


def check_until(rules: Policy, at: datetime, until: Day, field: str = "until") -> None:
    """Checks the last day of a call: after today, and within the longest period of the policy row,
    where these cases have calls at all."""
    if not rules.has("call"):
        raise RuleViolated("call-unknown", "该类件不征集联名，不填截止日期", field)
    last = ending_day(rules.due("call", at).at)
    if not business_day(at) < until <= last:
        message = f"联名征集的截止日期应在明天至 {last} 之间"
        raise RuleViolated("call-until", message, field)


def due_on(until: Day, rule: str, rules: Policy) -> Due:
    """Returns the end of the day as due moment of an obligation."""
    versions = {"policy": rules.row.version, "calendar": rules.calendar.version}
    return Due(at=midnight_after(until), rule=rule, **versions)


def called(signers: Iterable[str], due: Due) -> tuple[Called, ...]:
    """Returns the co-signers as asked until the end of the call."""
    until = due.model_copy(update={"rule": "signature"})
    return tuple(Called(signer=each, due=until) for each in signers)


def minimum(form: ProposerKind, signers: int, rules: Policy) -> int:
    """Returns the least number of signatures of a paper. A joint paper that one proposer is left of
    is his own, where the row admits papers of one."""
    forms = rules.row.signatures
    own = form == "joint" and signers == 1 and "person" in forms
    rule = forms.get("person" if own else form)
    return rule.minimum if rule else 1


def require_enough(case: Case, rules: Policy) -> None:
    signers = len(case.signers)
    least = minimum(case.paper.proposer_kind, signers, rules)
    if signers < least:
        message = f"本件至少须有 {least} 人署名，已经署名的有 {signers} 人"
        raise RuleViolated("signatures-few", message)
