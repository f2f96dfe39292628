"""State of clearance: versions of the draft, remarks on them, the signed reply."""

from dataclasses import replace

from services.handling.domain.tasks.state import Handling, Work, replying
from shared.contracts import handling as facts
from shared.kernel.errors import RuleViolated


def unsigned(state: Handling, task: str) -> Work:
    """Returns a task whose reply may still change."""
    work = replying(state, task)
    if work.reply:
        raise RuleViolated("already-signed", "答复已经签发，不能更改", "task")
    return work


def signable(state: Handling, task: str) -> Work:
    """Returns a task whose reply may be signed: while it stands still no day would judge it."""
    work = unsigned(state, task)
    if work.still_since:
        raise RuleViolated("task-suspended", "该任务已经暂停，请先恢复办理，再签发答复", "task")
    return work


def draft_read(work: Work, version: int | None) -> facts.DraftSubmitted:
    """Returns the draft that may be signed or returned, if it is the version that was read."""
    if (draft := work.draft) is None:
        raise RuleViolated("no-draft", "没有待签发的答复稿", "task")
    if version not in (None, draft.version):
        raise RuleViolated("draft-outdated", "答复稿已有新版本，请重新审阅", "version")
    return draft


def drafted(work: Work, fact: facts.DraftSubmitted) -> Work:
    return replace(work, drafts=(*work.drafts, fact))


def returned(work: Work, fact: facts.DraftReturned) -> Work:
    return replace(work, returns=(*work.returns, fact))


def signed(work: Work, fact: facts.ReplySigned) -> Work:
    """Ends the request of a pause: what is signed need not stand still."""
    return replace(work, reply=fact, suspending=replace(work.suspending, asked=None))
