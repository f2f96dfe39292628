"""Checks of a policy row: obligations that no fact opens or no label names, those that a decision
cannot do without, and ladders that a made-up case would never climb."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import cache

from shared.contracts.case_event import OFFICE_OF
from shared.contracts.charges import SCHEMES
from shared.contracts.reviews import WINDOWS
from shared.kernel.approval_rules import ApprovalRules, Extensible
from shared.kernel.calendar import OFFICIAL_YEARS, Calendar, Period, business_day
from shared.kernel.deadline_rules import Deadline, Rung
from shared.kernel.organs import AGENCY
from shared.kernel.policy import PolicyRow
from shared.service.config.labels import Labels

BEGIN = datetime(2025, 3, 3, 1, tzinfo=UTC)
"""A Monday with no holiday near."""
YEAR = [datetime(OFFICIAL_YEARS[-1], 1, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(365)]
"""Every day of a year with holidays, on which a case may begin."""
CALENDAR = Calendar("trial", {})
ENDS_IN_SILENCE = ("objection", "rating", "call", "suspension", *WINDOWS)
"""Obligations that silence answers: the rung that deems ends them."""
OWED_BY_PROPOSERS = ("rating", "call", *WINDOWS)
"""Obligations of proposers: their silence chases them, and nobody else."""
SHUT_WHEN_DUE = ("objection", "call", "suspension", *WINDOWS)
"""Obligations refused after their due moment; a rating counts until the rung that deems."""
NEVER_AFTER = (
    ("sign-for", "objection", "a unit that is deemed to have accepted need not sign any more"),
    ("objection", "co-opinion", "a task may not be refused when it has to be done already"),
    ("objection", "reply", "a task may not be refused when it has to be done already"),
)
"""Pairs of which the first must not end after the second, with the reason."""

TOLD_AS: Mapping[str, str] = {
    "assignment-organ": "assignment",
    "supervision-organ": "supervision",
    "agency": "leader",
    "task-unit": "head",
}
"""By approver of a request: the organ or the role by which a ladder reaches it."""

Fault = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Need:
    """An obligation without which a decision cannot work on rows for which `where` holds."""

    rule: str
    why: str
    where: Callable[[PolicyRow], bool] = lambda row: True


NEEDS = (
    Need("reply", "no task can be handed out without the day on which its reply is due"),
    Need(
        "rating",
        "the case closes when it is evaluated, and without it nobody is asked to",
        lambda row: row.closing == "evaluated",
    ),
    Need(
        "rehandling-ruling",
        "the office reviews first, and without it nobody is asked to",
        lambda row: row.gates.office_review,
    ),
    Need(
        "publication",
        "replies are publishable, and without it nobody decides on them",
        lambda row: row.disclosure.publishable,
    ),
    Need(
        "suspension",
        "tasks may stand still, and without it none would ever go on",
        lambda row: bool(row.suspensions),
    ),
)


@dataclass(frozen=True)
class Lint:
    """Finds the faults of a row. `opened` are the obligations that some fact opens."""

    opened: frozenset[str]
    labels: Labels

    def faults(self, row: PolicyRow) -> Iterator[Fault]:
        """Yields (place, reason) for each promise of the row that could not be kept."""
        yield from self._names(row)
        yield from missing(row)
        for rule, deadline in row.obligations.items():
            for reason in ladder_faults(rule, deadline):
                yield ("obligations", rule, "ladder"), reason
        yield from out_of_turn(row)
        yield from unasked(row)
        yield from unreasoned(row)
        yield from unreviewed(row)
        yield from beyond_office(row)
        yield from secret_mergers(row)
        yield from uncharged(row)

    def _names(self, row: PolicyRow) -> Iterator[Fault]:
        for rule in row.obligations:
            if rule not in self.opened:
                near = get_close_matches(rule, self.opened, n=1)
                hint = f"; is {near[0]!r} meant?" if near else ""
                yield ("obligations", rule), f"no fact opens the obligation {rule!r}{hint}"
            elif rule not in self.labels.codes("rule"):
                reason = f"the obligation {rule!r} has no name under 'rule' in labels.yaml"
                yield ("obligations", rule), reason
        yield from self._unnamed("purposes", row.purposes, "purpose")
        yield from self._unnamed("letters.notices", row.letters.notices, "notice")
        yield from self._unnamed("checks", row.checks, "check")
        yield from self._unnamed("charges", row.charges, "charge-scheme")
        yield from self._unnamed("passed_on_as", row.passed_on_as, "pass-form")
        yield from self._unnamed("diverted_from", row.diverted_from, "kind")
        for kind, rules in row.diverted_from.items():
            yield from self._unnamed(f"diverted_from.{kind}", rules.reasons, "diversion-reason")
        for rule, pausing in row.suspensions.items():
            yield from self._unnamed(f"suspensions.{rule}", pausing.reasons, "suspension-reason")
        yield from self._unnamed("disclosure.never_exempt", row.disclosure.never_exempt, "finding")

    def _unnamed(self, place: str, codes: Iterable[str], group: str) -> Iterator[Fault]:
        for code in codes:
            if code not in self.labels.codes(group):
                reason = f"{code!r} has no name under {group!r} in labels.yaml"
                yield tuple(place.split(".")), reason


def unreasoned(row: PolicyRow) -> Iterator[Fault]:
    """Yields a fault for each clause of a notice whose reason these cases do not know."""
    for notice, rules in row.letters.notices.items():
        for reason in rules.clauses.keys() - set(row.refusal_reasons):
            said = f"no case of the row is refused for {reason!r}"
            yield ("letters", "notices", notice, "clauses", reason), said


def unreviewed(row: PolicyRow) -> Iterator[Fault]:
    """Yields a fault for each level of review that has no organ, or lacks an obligation: the time
    to ask, the opinion, its delivery, and its hearing where there may be one."""
    if (reviews := row.reviews) is None:
        return
    for level, rules in reviews.levels.items():
        heard = () if rules.hearing == "none" else (f"{level}-hearing",)
        owed = {f"{level}-request", level, f"{level}-delivery", *heard}
        for rule in sorted(owed - row.obligations.keys()):
            yield ("reviews", "levels", level), f"the obligation {rule!r} is missing"
        if getattr(row.organs, level) is None:
            yield ("reviews", "levels", level), f"no organ has the duty {level!r}"
    for purpose in sorted(set(reviews.purposes) - row.purposes.keys()):
        yield ("reviews", "purposes"), f"no case of the row has the purpose {purpose!r}"


def unasked(row: PolicyRow) -> Iterator[Fault]:
    """Yields a fault for each approver of a request whom no reminder reaches."""
    asked: tuple[tuple[str, str, Mapping[Extensible, ApprovalRules]], ...] = (
        ("extensions", "extension-ruling", row.extensions),
        ("suspensions", "suspension-ruling", row.suspensions),
    )
    for place, ruling, by_rule in asked:
        deadline = row.obligations.get(ruling)
        told = {rung.organ or rung.role for rung in deadline.ladder} if deadline else frozenset()
        for rule, rules in by_rule.items():
            for approver in rules.approvers:
                if TOLD_AS[approver] not in told:
                    reason = f"{approver!r} decides, and no rung of {ruling!r} tells it"
                    yield (place, rule, "approvers"), reason


def beyond_office(row: PolicyRow) -> Iterator[Fault]:
    """Yields a fault for each kind whose papers other people bring: a deputy would become a citizen
    whose name is public; and for the kind of the row itself, which nobody could become."""
    offices: Mapping[str, str] = {str(kind): office for kind, office in OFFICE_OF.items()}
    for kind in row.diverted_from:
        if offices.get(kind) != offices.get(row.kind):
            reason = f"papers of {kind!r} are brought by others than those of {row.kind!r}"
            yield ("diverted_from", kind), reason
        if kind == row.kind:
            yield ("diverted_from", kind), f"papers of {kind!r} are of this kind already"


def secret_mergers(row: PolicyRow) -> Iterator[Fault]:
    """Yields a fault where cases may be merged from whom others are kept: the units and proposers
    of a merger learn of one another."""
    if row.merging and row.keeps_from_accused:
        yield ("merging",), "papers against units or people are not merged (信访工作条例第30条)"


def uncharged(row: PolicyRow) -> Iterator[Fault]:
    """Yields a fault for each scheme of charges without its obligation or its organ, or that no
    charge can have; and for each obligation of a scheme that the row lacks."""
    for scheme, rules in row.charges.items():
        if scheme not in row.obligations:
            yield ("charges", scheme), f"the obligation {scheme!r} is missing"
        if rules.leaders_at != AGENCY and getattr(row.organs, rules.leaders_at) is None:
            yield ("charges", scheme), f"no organ has the duty {rules.leaders_at!r}"
    for scheme in sorted(row.charges.keys() - set(SCHEMES)):
        yield ("charges", scheme), f"no charge is of the scheme {scheme!r}"
    for scheme in sorted(row.obligations.keys() & set(SCHEMES) - row.charges.keys()):
        yield ("obligations", scheme), f"the row has no charges of the scheme {scheme!r}"


def missing(row: PolicyRow) -> Iterator[Fault]:
    for need in NEEDS:
        if need.rule not in row.obligations and need.where(row):
            yield ("obligations",), f"the obligation {need.rule!r} is missing: {need.why}"


def ladder_faults(rule: str, deadline: Deadline) -> Iterator[str]:
    end, _ = CALENDAR.end_of(deadline.period, BEGIN)
    for rung in deadline.ladder:
        if CALENDAR.shift(end, rung.offset, rung.unit) <= BEGIN:
            yield f"the rung {rung.key!r} would come before the obligation begins"
        if rung.acknowledge and not rung.escalates:
            yield f"the rung {rung.key!r} does not escalate: nobody is asked to acknowledge it"
        if rung.deems and rule not in ENDS_IN_SILENCE:
            yield f"the rung {rung.key!r} deems, but here silence is no answer to anything"
    if rule in ENDS_IN_SILENCE:
        yield from deeming_faults(rule, deadline)


def deeming_faults(rule: str, deadline: Deadline) -> Iterator[str]:
    """Yields faults unless the last rung deems, not before the due moment, and the ladder chases
    those who owe the answer."""
    rungs = sorted(deadline.ladder, key=moment_from_due)
    if [rung.deems for rung in rungs] != [False] * (len(rungs) - 1) + [True]:
        yield "its last rung must be the one that deems: without it this window never ends"
        return
    last = rungs[-1]
    if last.offset < 0:
        yield f"the rung {last.key!r} would end the window before it is due"
    if last.offset > 0 and rule in SHUT_WHEN_DUE:
        yield f"the rung {last.key!r} comes too late: after the due moment nobody may answer"
    yield from blamed_on_others(rule, rungs)


def blamed_on_others(rule: str, rungs: Sequence[Rung]) -> Iterator[str]:
    """Yields a fault for each rung that chases somebody for the silence of a proposer."""
    for rung in rungs:
        if rule in OWED_BY_PROPOSERS and (rung.role != "proposer" or rung.escalates):
            yield f"the rung {rung.key!r} chases {rung.role!r} for what the proposer owes"


def moment_from_due(rung: Rung) -> datetime:
    return CALENDAR.shift(BEGIN, rung.offset, rung.unit)


def out_of_turn(row: PolicyRow) -> Iterator[Fault]:
    """Yields each fault on both lines: either may be the one to correct."""
    for sooner, later, why in NEVER_AFTER:
        if sooner in row.obligations and later in row.obligations:
            day = overtaken(row.obligations[sooner].period, row.obligations[later].period)
            if day:
                begun = f"begun on {day}, it would end"
                yield ("obligations", sooner, "period"), f"{begun} after {later!r}: {why}"
                yield ("obligations", later, "period"), f"{begun} before {sooner!r}: {why}"


@cache
def overtaken(sooner: Period, later: Period) -> date | None:
    """Returns the first day from which on `sooner` would end after `later`."""
    starts = (
        begin
        for begin in YEAR
        if CALENDAR.end_of(sooner, begin)[0] > CALENDAR.end_of(later, begin)[0]
    )
    return next((business_day(begin) for begin in starts), None)
