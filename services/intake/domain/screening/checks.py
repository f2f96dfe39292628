"""Rules of the checklist: every check is answered, and a failed one has its consequence."""

from collections.abc import Collection, Iterable
from typing import Any

from services.intake.domain.state import Case
from shared.contracts.payloads.screening import CheckAnswer, Checklist
from shared.kernel.check_rules import CheckRules
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text
from shared.kernel.policy import Policy
from shared.kernel.texts import is_blank


def checked(
    command: Checklist, rules: Policy, case: Case, concluded: Collection[str]
) -> dict[str, Any]:
    """Returns the answers as the fact keeps them. Raises RuleViolated where a check has none, or
    one that contradicts the observation of the machine and does not say why."""
    row = rules.row.checks
    require_answers(command.checks, row.keys())
    for answer in command.checks:
        observed = observation(row[answer.check], case, concluded)
        if observed not in (None, answer.met) and is_blank(answer.note):
            message = f"“{{check:{answer.check}}}”的判断与系统核对的结果不一致，请在说明中写明理由"
            raise RuleViolated("check-unlike-observation", message, "checks")
    version = rules.row.version if command.checks else None
    return {"checks": command.checks, "checks_of": version}


def require_answers(answers: Iterable[CheckAnswer], checks: Iterable[str]) -> None:
    """Each check of the row is answered once, and no other."""
    names, wanted = [answer.check for answer in answers], [*checks]
    if strange := [name for name in names if name not in wanted]:
        message = f"该类件没有代码为 {strange[0]} 的核对项目"
        raise RuleViolated("check-unknown", message, "checks")
    if len({*names}) < len(names):
        raise RuleViolated("check-twice", "同一核对项目只作一次判断", "checks")
    if missing := [name for name in wanted if name not in names]:
        message = f"请逐项核对，还没有判断的：{spoken(missing)}"
        raise RuleViolated("checks-open", message, "checks")


def require_passed(command: Checklist, rules: Policy) -> None:
    """Refuses to accept a paper that fails a check: any that is a condition, and every other one
    whose answer does not say why the paper is accepted all the same."""
    failed = [answer for answer in command.checks if not answer.met]
    row = rules.row.checks
    if barred := [one.check for one in failed if row[one.check].unmet == "refuse"]:
        message = f"不符合“{spoken(barred)}”的，不能{{fact:case.accepted}}"
        raise RuleViolated("check-failed", message, "checks")
    if silent := [one.check for one in failed if is_blank(one.note)]:
        message = f"不符合“{spoken(silent)}”而仍然{{fact:case.accepted}}的，请在说明中写明理由"
        raise RuleViolated("check-unexplained", message, "checks")


def require_founded(command: Checklist, reason: str, rules: Policy) -> None:
    """A reason for refusal that belongs to checks needs one of them failed."""
    about = [name for name, check in rules.row.checks.items() if check.reason == reason]
    failed = {answer.check for answer in command.checks if not answer.met}
    if about and failed.isdisjoint(about):
        message = f"理由与核对不一致：“{spoken(about)}”判断为符合"
        raise RuleViolated("check-contradicts", message, "reason")


def observation(check: CheckRules, case: Case, concluded: Collection[str]) -> bool | None:
    """Returns whether the paper meets the check as far as the machine can tell; None where it
    cannot. It is never a judgement. `concluded`: what it repeats, and is finally reviewed."""
    if check.observes == "length":
        return check.fits(size_of(case.text))
    if check.observes == "signatures":
        return not case.unconfirmed
    if check.observes == "conclusion" and case.particulars.earlier:
        return not concluded
    return None


def size_of(text: Text) -> int:
    """Returns the length of a text in characters, sealed or open."""
    return len(text) if isinstance(text, str) else text.size


def spoken(checks: Iterable[str]) -> str:
    """Returns the names of checks, as a sentence lists them."""
    return "、".join(f"{{check:{each}}}" for each in checks)
