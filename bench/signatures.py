"""Cost of signatures: one for a commit, one check of a fact for all groups of a process."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.figures import Figure, Ratio, Result, Table, figure
from bench.laboratory import Laboratory
from shared.kafka.message_check import MessageCheck
from shared.kernel.commit import to_document
from shared.testing.drafts import MONDAY, a_draft
from shared.testing.signatures import KEYS, PAIRS
from shared.testing.stories import OnBus, Story, on_bus, progress

GROUPS = 6
"""Groups of a role that read the cases: reactions have six, projections five."""
GOAL_MS = 0.2
FACTS = 100


async def signatures(lab: Laboratory) -> Result:
    """Measures in processor time: the machine's other work does not count."""
    rounds = lab.size.short_rounds
    signed = [per_fact(sign_all) for _ in range(rounds)]
    hashed = [per_fact(hash_all) for _ in range(rounds)]
    once = [checked(1) for _ in range(rounds)]
    role = [checked(GROUPS) for _ in range(rounds)]
    return Result(
        "signatures",
        "Signatures of commits",
        [Ratio(f"checks of {GROUPS} groups together, ms per fact", figure(role), GOAL_MS, False)],
        [Table("Per fact, ms of processor time", ("what", "ms"), rows(hashed, signed, once, role))],
        ["Commits of one fact; the content of each is verified once in a process."],
        {"sign_ms": signed, "check_ms": once, "role_ms": role},
    )


def rows(*measured: Sequence[float]) -> tuple[tuple[str, str], ...]:
    names = ("document and hash", "signature", "check, one group", f"check, {GROUPS} groups")
    figures: list[Figure] = [figure(values) for values in measured]
    return tuple(zip(names, map(str, figures), strict=True))


def per_fact(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3 / FACTS


def hash_all() -> None:
    for number in range(FACTS):
        to_document(a_draft(command_id=f"command-{number}"), MONDAY)


def sign_all() -> None:
    for number in range(FACTS):
        PAIRS["handling"].sign({"hash": f"{number:064x}"})


def checked(groups: int) -> float:
    """Every group has the messages as objects of its own, as from its own connection."""
    story = Story("handling-c1")
    for number in range(FACTS):
        story.tell(progress(f"已与有关单位沟通，第{number}次"))
    batches = [copies(on_bus(story.documents)) for _ in range(groups)]
    check = MessageCheck(KEYS.ring)

    def all_groups() -> None:
        for batch in batches:
            for message in batch:
                check.check(message)

    return per_fact(all_groups)


def copies(messages: Sequence[OnBus]) -> list[OnBus]:
    return [
        replace(
            m, value=bytes(bytearray(m.value or b"")), headers=[(n, bytes(v)) for n, v in m.headers]
        )
        for m in messages
    ]
