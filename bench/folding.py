"""The fold alone, without bus and store: facts in a second of processor time."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bench.figures import Figure, Ratio, Table, figure
from bench.filling import in_turn
from bench.lives import Lives
from bench.sizes import Size
from services.portal.app import SERVICE
from shared.kafka.envelope_reader import fact_of, open_envelope
from shared.kafka.message import Headers
from shared.kernel.messages import Recorded
from shared.service.projections.fold import folded

PROJECTION = SERVICE.projections[0]
CASES = 300
COLUMNS = ("what", "facts per CPU second")


class Message(NamedTuple):
    key: bytes
    value: bytes
    headers: Headers
    topic: str = "case-events"
    partition: int = 0
    offset: int = 0


ByCase = Mapping[str, Sequence[Message]]


async def folds(lives: Lives, size: Size) -> tuple[list[Ratio], Table]:
    """Facts of a case at a time, as they come in a rebuild."""
    by_case = told(lives, min(CASES, max(1, size.facts // len(lives))))
    decoded = [[decoded_of(message) for message in messages] for messages in by_case.values()]
    pure, whole = [], []
    for _ in range(size.short_rounds):
        pure.append(_pure(decoded))
        whole.append(await _whole(by_case))
    goal = Ratio("fold of decoded facts, per CPU second", figure(pure), 200_000)
    return [goal], Table("The fold alone", COLUMNS, rows(figure(pure), figure(whole)))


def rows(pure: Figure, whole: Figure) -> tuple[tuple[str, ...], ...]:
    return (
        ("facts into the parts of their documents (pure)", str(pure)),
        ("messages into bytes: envelope, decode, fold, derive, count, encode", str(whole)),
    )


def told(lives: Lives, cases: int) -> ByCase:
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for message in in_turn(lives, range(cases)):
        found[message.key.decode()].append(Message(message.key, message.value, message.headers))
    return found


def decoded_of(message: Message) -> Recorded:
    found = fact_of(open_envelope(message))
    assert found is not None
    return found


def _pure(cases: Sequence[Sequence[Recorded]]) -> float:
    began = time.process_time()
    for facts in cases:
        parts: dict[str, Any] = {}
        for fact in facts:
            fold = PROJECTION.parts[fact.source]
            parts[fact.source] = fold(parts.get(fact.source, {}), fact)
    return sum(map(len, cases)) / (time.process_time() - began)


async def _whole(cases: ByCase) -> float:
    began = time.process_time()
    for key, messages in cases.items():
        await folded(PROJECTION, key, None, messages)
    return sum(map(len, cases.values())) / (time.process_time() - began)
