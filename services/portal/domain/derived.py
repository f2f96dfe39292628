"""Derived fields: the line of a case in lists, and its contribution to counters."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Case = Mapping[str, Any]

OWNERS = ("intake", "assignment", "handling", "feedback", "disclosure", "reminder")
"""The services whose facts make the document, in the order of a case's life; each has a part."""

ANYBODY = "*"
"""The place of a step that waits for those whose right comes with the case."""
LIGHTS = ("red", "yellow", "green")
NEVER = "9999-12-31T00:00:00.000Z"
"""Sorts behind every due moment."""


def part(case: Case, owner: str) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = case.get(owner, {})
    return fields


def merged(timelines: Mapping[str, Sequence[Case]]) -> list[tuple[str, Case]]:
    """Returns (owner, entry) of all timelines by business time. Entries of one moment are ordered
    by when they were recorded, so that a cause stands before its effect, then by owner."""
    entries = [(owner, entry) for owner in OWNERS for entry in timelines[owner]]
    return sorted(entries, key=lambda row: (row[1]["at"], row[1]["recorded"]))


def open_clocks(case: Case) -> list[Mapping[str, Any]]:
    """Returns the running clocks of units and organs; one that stands still says nothing (ADR 20).
    What a proposer owes (a rating) is not their light, and no due moment of theirs."""
    clocks = part(case, "reminder").get("clocks", {}).values()
    return [c for c in clocks if c["running"] and not (c.get("person") or c.get("paused"))]


def light(case: Case) -> str:
    """Returns the worst light of the running clocks, which reminder computes, but for the end of a
    pause; without a clock `done` for a case that has ended, else `none`."""
    shown = {clock["light"] for clock in open_clocks(case) if clock["rule"] != "suspension"}
    dark = "done" if status(case) in OVER else "none"
    return next((colour for colour in LIGHTS if colour in shown), dark)


def due(case: Case) -> str:
    """Returns the next due moment: of a reply, else the end of a pause, else of any clock."""
    ranks = {"reply": 0, "rehandling": 0, "suspension": 1}
    ranked = [(ranks.get(clock["rule"], 2), str(clock["due"])) for clock in open_clocks(case)]
    return min(ranked, default=(2, NEVER))[1]


ENDS = ("erased", "withdrawn", "declined", "passed_on", "split", "sent_back")
OVER = frozenset({"closed", *(step.replace("_", "-") for step in ENDS)})
"""The statuses of a case that has ended."""


def status(case: Case) -> str:
    """Returns the furthest step that the case has reached."""
    intake, assigned = part(case, "intake"), part(case, "assignment")
    ended = next((step for step in ENDS if intake.get(f"{step}_at")), None)
    if ended:
        return ended.replace("_", "-")
    if assigned.get("closed_at"):
        return "closed"
    if intake.get("merged_into"):
        return "merged"
    return worked_on(case) or ("accepted" if intake.get("accepted_at") else "registered")


def worked_on(case: Case) -> str | None:
    current = [task for task in replying(case) if task["round"] == rounds(case)]
    if current and all(task.get("replied_at") for task in current):
        return "replied"
    if rounds(case) > 1:
        return "rehandling"
    if any(task.get("contacts") or task.get("drafts") for task in current):
        return "handling"
    return "assigned" if part(case, "assignment").get("tasks") else None


def news(case: Case) -> dict[str, str]:
    """Returns `news_at`, the moment at which the last fact of the case was recorded, and `news_by`,
    the person whose act it is or follows from."""
    last = (line for owner in OWNERS for line in part(case, owner).get("timeline", ())[-1:])
    at, by = max(((line["recorded"], line["actor"]) for line in last), default=("", ""))
    return {"news_at": at, "news_by": by}


UNNUMBERED = "\uffff"
"""Sorts behind every number."""
DIGITS = 8


def natural(label: str | None) -> str:
    """Returns the key by which numbers sort as people count: 第2号 before 第10号."""
    return re.sub("[0-9]+", lambda run: run[0].zfill(DIGITS), label) if label else UNNUMBERED


def replying(case: Case) -> list[Mapping[str, Any]]:
    tasks = part(case, "handling").get("tasks", {}).values()
    return [task for task in tasks if task["part"] != "co" and not task.get("ended")]


def rounds(case: Case) -> int:
    """Returns the last round, also where its task still waits for a unit."""
    given = part(case, "assignment").get("tasks", {}).values()
    begun = [*replying(case), *(task for task in given if task["status"] != "ended")]
    return max((task["round"] for task in begun), default=1)


def units(case: Case) -> list[str]:
    """Returns the units that have a task: they may see the case as it is."""
    return sorted({task["unit"] for task, over in handed_out(case) if not over})


def former_units(case: Case) -> list[str]:
    """Returns the units that had a task and have none any more."""
    return sorted({task["unit"] for task, _ in handed_out(case)} - set(units(case)))


def handed_out(case: Case) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Yields every task, and whether it was taken away; assignment decides that, and handling
    where assignment does not know the task yet."""
    given, handled = (part(case, owner).get("tasks", {}) for owner in ("assignment", "handling"))
    for name in {**given, **handled}:
        row = given.get(name) or handled[name]
        over = row["status"] == "ended" if name in given else bool(row.get("ended"))
        yield row, over


def leads(case: Case) -> list[str]:
    """Returns the units that answer for the case now: the lead, or each of the separate units; none
    for a task that waits for another unit: the time until then is the organ's."""
    tasks = part(case, "assignment").get("tasks", {}).values()
    gone = ("ended", "returned")
    return sorted({t["unit"] for t in tasks if t["part"] != "co" and t["status"] not in gone})


@dataclass(frozen=True)
class Rate:
    """A share with its numerator and denominator, both counted over facts."""

    code: str
    numerator: str
    denominator: str


RATES = (
    Rate("closing", "closed", "registered"),
    Rate("acceptance", "accepted", "registered"),
    Rate("reply", "replied", "assigned"),
    Rate("on-time", "on-time", "replied"),
    Rate("contact", "contacted", "assigned"),
    Rate("face-to-face", "face-to-face", "assigned"),
    Rate("first-satisfaction", "first-satisfied", "first-rated"),
    Rate("final-satisfaction", "final-satisfied", "final-rated"),
    Rate("second-handling", "second-handled", "replied"),
    Rate("adoption", "asks-adopted", "asks-answered"),
    Rate("disclosure", "disclosed", "replied"),
)


def measures(case: Case) -> Iterator[str]:
    """Yields the measures that count the case. A withdrawn or declined case stays registered."""
    intake = part(case, "intake")
    yield "registered"
    ends = ("accepted", "declined", "passed_on", "split", "withdrawn")
    yield from (m.replace("_", "-") for m in ends if intake.get(f"{m}_at"))
    if intake.get("merged_into"):
        yield "merged"
    if part(case, "assignment").get("closed_at"):
        yield "closed"
    if replying(case):
        yield "assigned"
        yield from worked_measures(case)
    if any(p.get("public") for p in part(case, "disclosure").get("publications", {}).values()):
        yield "disclosed"


def worked_measures(case: Case) -> Iterator[str]:
    tasks = replying(case)
    first = [task for task in tasks if task["round"] == 1]
    if first and all(task.get("replied_at") for task in first):
        yield "replied"
        if all(in_time(case, task) for task in first):
            yield "on-time"
    if any(task.get("contacts") for task in tasks):
        yield "contacted"
    if any(task.get("face_to_face") for task in tasks):
        yield "face-to-face"
    if rounds(case) > 1:
        yield "second-handled"
    yield from asked_measures(case)
    yield from rated_measures(case)


ADOPTED = frozenset({"done", "adopted", "planned"})
OF_ASKS = frozenset({"asks-answered", "asks-adopted"})
"""Measures that count items of what papers ask for: their list has each paper once."""


def asked_measures(case: Case) -> Iterator[str]:
    """Yields a measure for each item that was answered, and for each that is done, adopted or
    planned (采纳率): by its last round; of several units that answer one, one that adopts it is
    enough. What a unit leaves to another (`elsewhere`) is no answer."""
    last: dict[str, tuple[int, bool]] = {}
    for task in replying(case):
        answers = task.get("answers", {}) if task.get("replied_at") else {}
        for ask, outcome in answers.items():
            if outcome != "elsewhere":
                answer = (task["round"], outcome in ADOPTED)
                last[ask] = max(last.get(ask, answer), answer)
    yield from ("asks-answered" for _ in last)
    yield from ("asks-adopted" for _, is_adopted in last.values() if is_adopted)


def in_time(case: Case, task: Mapping[str, Any]) -> bool:
    """Returns whether a reply was in time: as its unit recorded, but for a clock that was dated
    anew, which knows the day that holds."""
    names = [name for name, row in part(case, "handling")["tasks"].items() if row is task]
    for clock in part(case, "reminder").get("clocks", {}).values():
        if clock.get("redated") and clock["rule"] == "reply" and clock["subject"] in names:
            return not clock.get("late")
    return bool(task.get("on_time"))


def rated_measures(case: Case) -> Iterator[str]:
    """Counts the first and the last round apart; silence (未表态) counts in neither."""
    given = [e for e in part(case, "feedback").get("evaluations", {}).values() if e.get("overall")]
    for name, turn in (("first", 1), ("final", max((e["round"] for e in given), default=0))):
        votes = [e["overall"] for e in given if e["round"] == turn]
        if votes:
            yield f"{name}-rated"
            if "unsatisfied" not in votes:
                yield f"{name}-satisfied"


def groups(case: Case) -> Iterator[tuple[str, str]]:
    """Yields (group, value) of every breakdown. The value of `unit` are all units that answer for
    the case, joined: who reads it counts the case once for each of them, or once above them."""
    intake = part(case, "intake")
    yield "all", "all"
    for name in ("channel", "region", "subject"):
        yield name, str(intake.get(name) or "-")
    if intake.get("purpose"):
        yield "purpose", intake["purpose"]
    if answering := leads(case):
        yield "unit", JOINT.join(answering)


JOINT = "+"
"""Stands between the units of a joint value."""
TALLY, BURNING = "tally", "lights"
BROKEN_DOWN = ("kind", "channel", "region", "subject", "unit")
"""Groups by which running lights are counted."""


SCOPE = ("agency", "kind", "channel")
"""Fields by which organs see cases; each counter of lists and statistics stands for one scope."""


def scope_of(case: Case) -> tuple[str, ...]:
    intake = part(case, "intake")
    return tuple(str(intake.get(name, "-")) for name in SCOPE)


def tallied(case: Case) -> Iterator[str]:
    """Yields the dimensions of the tally: `tally|place|agency|kind|channel|period|status|light`;
    the place is empty, a unit that has a task, or the client."""
    intake = part(case, "intake")
    places = ("", *units(case), *filter(None, [intake.get("client")]))
    scope = (*scope_of(case), str(intake.get("period", "-")), status(case), light(case))
    yield from ("|".join((TALLY, place, *scope)) for place in places)


def contribution(case: Case) -> dict[str, int]:
    """Returns `agency|period|kind|channel|group|value|measure` → 1, or the number of items for the
    measures of those; and 1 for the dimensions of the tally and those of running lights."""
    intake = part(case, "intake")
    if not intake.get("registered_at"):
        return {}
    agency, kind, channel = scope_of(case)
    scope = "|".join((agency, str(intake.get("period", "-")), kind, channel))
    places = [f"{scope}|{group}|{value}|" for group, value in groups(case)]
    numbers = Counter(measures(case))
    counted = {place + measure: n for measure, n in numbers.items() for place in places}
    return {**counted, **dict.fromkeys((*tallied(case), *burning(case)), 1)}


def burning(case: Case) -> Iterator[str]:
    """Yields `lights|group|agency|kind|channel|value|light` of a case with a running light."""
    colour, scope = light(case), scope_of(case)
    if colour in LIGHTS:
        values = dict(groups(case)) | {"kind": scope[SCOPE.index("kind")]}
        for group in BROKEN_DOWN:
            if group in values:
                yield "|".join((BURNING, group, *scope, values[group], colour))
