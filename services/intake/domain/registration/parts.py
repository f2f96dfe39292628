"""Rules and facts of a paper that is a part of another one (分案)."""

from collections.abc import Iterator, Sequence

from services.intake.domain.linking.rules import check_part
from services.intake.domain.registration.commands import RegisterCase
from shared.contracts.case_event import CaseMark
from shared.contracts.linking import CaseLinked
from shared.kernel.errors import RuleViolated


def require_right_part(command: RegisterCase) -> None:
    """A part is registered by those who keep the ledgers, from a paper that may be split."""
    if command.split_from is None:
        return
    if command.is_own or command.client:
        message = "分案由登记机关办理，请不要填写原件"
        raise RuleViolated("part-by-office", message, "split_from")
    check_part(command.rules.row, command, command, [*names(command)], command.whole)


def names(command: RegisterCase) -> Iterator[str]:
    """Yields ids of proposers of the directory, and public names of the others."""
    yield from (each.person or each.masked for each in command.proposers)


def link_of(command: RegisterCase) -> Sequence[CaseLinked]:
    """Returns the link to the paper, in the commit that registers its part."""
    if command.split_from is None:
        return []
    mark = command.fields(CaseMark)
    link = {"other": command.split_from, "how": "part"}
    return [CaseLinked(at=command.at, by=command.by, **mark, **link)]
