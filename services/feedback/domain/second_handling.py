"""Decisions about the second handling of a case (再次办理): ordered by a rating, or by the organ
where the policy row leaves it to the organ."""

from collections.abc import Sequence

from services.feedback.domain.commands import DecideRehandling, Rate
from services.feedback.domain.reviews.commands import DecideReview
from services.feedback.domain.state import Evaluation, Feedback, existing, marked
from shared.contracts import feedback as facts
from shared.contracts.case_event import CaseMark, Task
from shared.contracts.reviews import DeliveryNoted
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.messages import Text
from shared.kernel.policy import Due, Policy
from shared.kernel.texts import require_text, same_payload

Facts = Sequence[facts.FeedbackEvent]
Ordering = Rate | DecideRehandling | DecideReview
"""Acts that may order the next round."""
Answered = facts.EvaluationOpened | DeliveryNoted
"""Facts that know the reply which has to be given anew."""


def may_rehandle(policy: Policy, evaluation: Evaluation, feedback: Feedback) -> bool:
    """One further round per reply, however many raters are not satisfied with it (L2 art. 21);
    none of an opinion on a petition whose review was asked for: its organ decides."""
    task = evaluation.opened.task
    if evaluation.opened.round >= policy.row.max_rounds or feedback.reviews.is_asked_for(task):
        return False
    return policy.has("rehandling") and task not in feedback.rehandled


def decide_rehandling(command: DecideRehandling, feedback: Feedback) -> Facts:
    """Orders the next round, which answers every rating of the reply that awaits the organ; or
    says why there is none (《上海市人大关于代表建议、批评和意见的规定》第21条)."""
    evaluation = existing(command.evaluation, feedback)
    if evaluation.reviewed and repeats(command, evaluation.reviewed):
        return []
    require_under_review(evaluation, feedback)
    if command.ordered:
        return ordered(command, evaluation, feedback)
    message = "不再办理的，请写明理由，告知提出人"
    require_text(command.note, message, "note", "note-required")
    return [rehandling_reviewed(command, evaluation, feedback)]


def repeats(command: DecideRehandling, before: facts.RehandlingReviewed) -> bool:
    """Returns whether the same person decided the same before."""
    return command.by == before.by and same_payload(command, before, facts.RehandlingDecision)


REVIEWED_AT_ONCE = 60
"""Decisions of one commit, which holds at most 64 facts; a paper of a whole delegation has more
signers. Those that are left are decided by a further order."""


def ordered(command: DecideRehandling, evaluation: Evaluation, feedback: Feedback) -> Facts:
    """Orders the round with the decisions; a rating that is left when it was ordered, also by the
    rating of another, is answered by it."""
    is_ordered = evaluation.opened.task in feedback.rehandled
    if not is_ordered and not may_rehandle(command.rules, evaluation, feedback):
        raise RuleViolated("no-further-round", "按办理规则，这份答复不能再次办理", "ordered")
    together = beside(evaluation, feedback)[:REVIEWED_AT_ONCE]
    decided = [rehandling_reviewed(command, each, feedback) for each in together]
    if is_ordered:
        return decided
    reason = evaluation.rated.reason if evaluation.rated else ""
    return [*decided, rehandling_ordered(command, reason, evaluation.opened, feedback)]


def require_under_review(evaluation: Evaluation, feedback: Feedback) -> None:
    if feedback.stopped:
        raise RuleViolated("case-stopped", "办件已撤回或已清除，不再办理")
    if not evaluation.is_under_review:
        raise RuleViolated("not-under-review", "这份评价没有待审核的再次办理", "evaluation")


def beside(evaluation: Evaluation, feedback: Feedback) -> Sequence[Evaluation]:
    """Returns all evaluations of the same reply that await the organ, this one first."""
    task = evaluation.opened.task
    others = [
        each
        for each in feedback.in_order()
        if each.is_under_review and each.opened.task == task and each != evaluation
    ]
    return [evaluation, *others]


def rehandling_reviewed(
    command: DecideRehandling, evaluation: Evaluation, feedback: Feedback
) -> facts.RehandlingReviewed:
    return facts.RehandlingReviewed(
        at=command.at,
        by=command.by,
        **marked(feedback).fields(CaseMark),
        round=evaluation.opened.round,
        **evaluation.opened.fields(facts.EvaluationForm),
        **command.fields(facts.RehandlingDecision),
    )


def rehandling_ordered(
    command: Ordering, reason: Text, opened: Answered, feedback: Feedback
) -> facts.RehandlingOrdered:
    return facts.RehandlingOrdered(
        at=command.at,
        **marked(feedback).fields(CaseMark),
        round=opened.round,
        next_round=opened.round + 1,
        previous_task=opened.task,
        tasks=(next_task(command, opened),),
        reason=reason,
    )


def next_task(command: Ordering, opened: Answered) -> Task:
    """The same unit, the same part: it signs for the task, contacts and replies anew. It has shown
    that the case is its own, so that there is nothing to object to (ADR 65)."""
    policy = command.rules

    def optional(rule: str) -> Due | None:
        return policy.due(rule, command.at) if policy.has(rule) else None

    return Task(
        task=entity_id(command.seed, f"rehandling:{opened.task}"),
        unit=opened.unit,
        part=opened.part,
        scope=opened.scope,
        sign_for=optional("sign-for"),
        first_contact=optional("first-contact"),
        due=policy.due("rehandling", command.at),
    )
