"""Reasons of steps in the view of a case: each to those who may read it, and to nobody else."""

from collections.abc import Callable, Iterator

from services.intake.domain.state import Case, Reasoned, Step
from services.intake.view_parts import StepView
from services.intake.views import Readable, keeps_papers
from shared.contracts.erasure import ErasureStopped
from shared.contracts.intake import CaseClassified, CaseSentBack
from shared.contracts.linking import CaseUnlinked
from shared.contracts.merging import CaseMerged, CaseUnmerged
from shared.contracts.rerouting import CaseDiverted
from shared.contracts.signers import SignatureDeclined
from shared.kernel.access import RolesByRelation
from shared.kernel.relations import is_of_organ
from shared.service.api.request_context import ServiceEdge


def visible_steps(case: Case, roles: RolesByRelation, edge: ServiceEdge) -> Iterator[Step]:
    """Yields the steps that the reader may know of. Those who keep the papers alone learn who did
    not sign, those at an organ why a link was wrong, which tells of another case; a stopped erasure
    is for those who may read erasures."""
    hidden: list[type] = [] if keeps_papers(roles) else [SignatureDeclined]
    hidden += [] if is_of_organ(roles) else [CaseUnlinked]
    hidden += [] if edge.allows("read-erasure", roles, case.status) else [ErasureStopped]
    yield from (step for step in case.steps if not isinstance(step.fact, tuple(hidden)))


async def step_view(
    step: Step, words: Readable, papers: Readable, name: Callable[[str, str], str]
) -> StepView:
    """Returns a step with its reason as opened by `words` and its paper as opened by `papers`;
    `name` looks names of codes up."""
    fact = step.fact
    evidence = fact.evidence if isinstance(fact, SignatureDeclined) else None
    purpose = fact.purpose if isinstance(fact, CaseClassified) else None
    return StepView(
        type=fact.type,
        step=name("fact", fact.type.rsplit(".v", 1)[0]),
        at=fact.at,
        by=fact.by,
        on=getattr(fact, "on", None),
        signer=step.signer or None,
        purpose=purpose and name("purpose", purpose),
        reason=await _reason(fact, words, name),
        evidence=await papers(evidence),
    )


async def _reason(fact: Reasoned, words: Readable, name: Callable[[str, str], str]) -> str | None:
    """Returns the reason as typed; of a paper that was sent back or diverted, its code and
    the note; of a merger the master, or why the case left it."""
    if isinstance(fact, CaseMerged | CaseUnmerged):
        return "：".join(filter(None, (about_merger(fact, name), await words(fact.reason))))
    if not isinstance(fact, CaseSentBack | CaseDiverted):
        return await words(getattr(fact, "reason", None))
    group = "refusal-reason" if isinstance(fact, CaseSentBack) else "diversion-reason"
    note = await words(fact.note)
    return "：".join(filter(None, (name(group, fact.reason), note)))


def about_merger(fact: CaseMerged | CaseUnmerged, name: Callable[[str, str], str]) -> str:
    """Returns the number of the master, or the cause of a leaving that nobody ordered."""
    if isinstance(fact, CaseMerged):
        return fact.master_numbers.label or fact.master_numbers.external_no or ""
    return "" if fact.cause == "undone" else name("leaving-cause", fact.cause)
