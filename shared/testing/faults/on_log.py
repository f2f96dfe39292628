"""Checkers of the log: acknowledged commands once, versions without a hole, an unbroken chain."""

from collections import Counter
from collections.abc import Iterator

from shared.kernel.chain import verify_chain
from shared.kernel.storable import canonical
from shared.testing.faults.evidence import Document, Evidence, Finding
from shared.testing.faults.history import Asked, Entry, History

OF_VERSIONS = frozenset({"id", "contiguous", "length"})


def acknowledged_once(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C1: acknowledged commands are in the log once, as answered; refused ones are not."""
    found: dict[str, list[Document]] = {}
    for commit in evidence.commits():
        found.setdefault(commit["command_id"], []).append(commit)
    for command, commits in found.items():
        if len(commits) > 1:
            places = ", ".join(commit["_id"] for commit in commits)
            yield Finding("C1", "once", command, places)
    for command, asked in history.commands().items():
        yield from _as_answered(asked, found.get(command, []))


def _as_answered(asked: Asked, commits: list[Document]) -> Iterator[Finding]:
    for entry in asked.acknowledged:
        if not _is_there(entry, commits):
            detail = f"{entry.stream}@{entry.version} {', '.join(entry.facts)}"
            yield Finding("C1", "acknowledged and lost", asked.command_id, detail)
    if asked.outcome == "fail" and commits:
        yield Finding("C1", "refused and done", asked.command_id, commits[0]["_id"])


def _is_there(entry: Entry, commits: list[Document]) -> bool:
    """Returns whether the log agrees with the answer; a command without facts has no commit."""
    if not entry.facts:
        return not commits
    return any(
        (commit["stream"], commit["last"]) == (entry.stream, entry.version)
        and entry.facts == tuple(fact["type"] for fact in commit["facts"])
        for commit in commits
    )


def contiguous(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C3, log: the versions of a stream are 1, 2, 3 …, each commit locked by its first."""
    for service, commits in evidence.logs.items():
        for fault in verify_chain(commits):
            if fault.rule in OF_VERSIONS:
                yield Finding("C3", fault.rule, f"{service}: {fault.commit}", fault.detail)


def unbroken(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C8: every hash follows from what is stored, and the head that was announced is the log's."""
    for service, commits in evidence.logs.items():
        for fault in verify_chain(commits):
            if fault.rule not in OF_VERSIONS:
                yield Finding("C8", fault.rule, f"{service}: {fault.commit}", fault.detail)
        if service in evidence.announced and commits:
            yield from _announced(service, evidence)


def _announced(service: str, evidence: Evidence) -> Iterator[Finding]:
    newest = max(evidence.logs[service], key=lambda commit: commit["seq"])
    head = evidence.announced[service].head
    if head is None or (head.commit, head.hash) != (newest["_id"], newest["hash"]):
        yield Finding("C8", "head", service, f"{head} is announced, {newest['_id']} is the last")


def as_before(before: Evidence, after: Evidence) -> Iterator[Finding]:
    """C2: without new commands the logs are unchanged."""
    held = Counter(commit["_id"] for commit in before.commits())
    for commit in after.commits():
        if commit["_id"] not in held:
            types = ", ".join(fact["type"] for fact in commit["facts"])
            yield Finding("C2", "a message seen again did something", commit["_id"], types)


def heard_otherwise(one: Evidence, other: Evidence) -> Iterator[Finding]:
    """C3: two installations with the same facts, each stream in order, have the same logs."""
    told, retold = _told(one), _told(other)
    for stream in sorted(told.keys() | retold.keys()):
        if told.get(stream) != retold.get(stream):
            yield Finding("C3", "depends on the order across streams", stream)


def _told(evidence: Evidence) -> dict[str, Counter[tuple[str, bytes]]]:
    told: dict[str, Counter[tuple[str, bytes]]] = {}
    for commit in evidence.commits():
        facts = [(fact["type"], canonical(fact["data"])) for fact in commit["facts"]]
        told.setdefault(commit["stream"], Counter()).update(facts)
    return told
