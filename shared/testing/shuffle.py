"""Interleavings: every order of recorded facts that keeps the order of each stream."""

import random
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from math import factorial, prod

from shared.kernel.messages import Recorded


def interleavings(
    facts: Sequence[Recorded], most: int = 200, seed: int = 0
) -> Iterator[list[Recorded]]:
    """Yields all orders where they are at most `most`, else the given one and as many random ones.

    Reactions and projections must come to the same end by each."""
    streams: defaultdict[str, list[Recorded]] = defaultdict(list)
    for fact in facts:
        streams[fact.stream].append(fact)
    stories = list(streams.values())
    if factorial(len(facts)) // prod(factorial(len(story)) for story in stories) <= most:
        yield from _all([deque(story) for story in stories])
        return
    yield list(facts)
    yield from (_one(stories, random.Random(seed + number)) for number in range(most - 1))


def _all(stories: Sequence[deque[Recorded]]) -> Iterator[list[Recorded]]:
    if not any(stories):
        yield []
    for story in stories:
        if story:
            first = story.popleft()
            yield from ([first, *rest] for rest in _all(stories))
            story.appendleft(first)


def _one(stories: Sequence[Sequence[Recorded]], chance: random.Random) -> list[Recorded]:
    """Each stream is as likely to be next as it has facts left, so all orders are equally
    likely."""
    turns = [number for number, story in enumerate(stories) for _ in story]
    chance.shuffle(turns)
    left = [deque(story) for story in stories]
    return [left[turn].popleft() for turn in turns]
