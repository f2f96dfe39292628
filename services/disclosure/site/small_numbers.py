"""Small numbers: a count below five of cases that are not public would point at people; it is not
shown, nor the number from which it could be computed."""

from collections.abc import Mapping, Sequence, Set

LEAST = 5


def hidden(numbers: Sequence[int], sensitive: Set[int], before: Set[int]) -> frozenset[int]:
    """Returns the places of a column that are not shown: small numbers of `sensitive` lines and
    those of `before`. Where the total would give them away, because there is one only or because
    they are small together, the next smallest numbers go with them."""
    small = {place for place in sensitive if 0 < numbers[place] < LEAST} | set(before)
    others = [place for place, n in enumerate(numbers) if n and place not in small]
    others.sort(key=lambda place: numbers[place], reverse=True)
    while small and others and gives_away([numbers[place] for place in small]):
        small.add(others.pop())
    return frozenset(small)


def gives_away(hidden_numbers: Sequence[int]) -> bool:
    """Returns whether the sum of hidden numbers says too much of one of them."""
    return len(hidden_numbers) == 1 or sum(hidden_numbers) < LEAST


def hidden_cells(columns: Mapping[str, Sequence[int]], sensitive: Set[int]) -> list[frozenset[str]]:
    """Returns, for each line of a table, the columns that it does not show. A line whose first
    column is hidden shows no other."""
    first, *others = columns
    lines = hidden(columns[first], sensitive, frozenset())
    places = {name: hidden(columns[name], sensitive, lines) for name in others} | {first: lines}
    return [
        frozenset(name for name in columns if place in places[name])
        for place in range(len(columns[first]))
    ]
