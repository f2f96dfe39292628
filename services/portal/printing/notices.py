"""Notices to a petitioner and the letter to the unit (信访文书), as sheets for a printer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.portal.printing.case_words import CaseWords
from services.portal.printing.paper import Paper
from services.portal.printing.review_opinion import ReviewOpinion, given
from services.portal.printing.sheet import Facts, Sheet
from shared.kernel.calendar import Period, business_day
from shared.kernel.organs import Duty
from shared.kernel.petition_rules import ReviewLevel
from shared.kernel.policy import PolicyRow
from shared.kernel.reply_rules import NoticeKind, NoticeRules

View = Mapping[str, Any]
ASKED = "notify"
"""The purpose for which the name of the petitioner is read; it stays with the trace."""


def answering(tasks: Iterable[View]) -> tuple[View, ...]:
    """Returns the tasks of the units that answer for the case now: no co-handler's, none that was
    taken away, none of an earlier round."""
    own = [task for task in tasks if task["part"] != "co" and task["stage"] != "closed"]
    last = max((task["round"] for task in own), default=1)
    return tuple(task for task in own if task["round"] == last)


@dataclass(frozen=True)
class Notices:
    """Material of the sheets: the views that services show the reader, the policy row, and who
    prints them."""

    kind: NoticeKind
    rules: NoticeRules
    row: PolicyRow
    paper: Paper
    words: CaseWords
    intake: View
    course: View
    tasks: tuple[View, ...]
    by: str
    feedback: View
    replies: Mapping[str, View]

    def sheets(self) -> Iterator[Sheet]:
        """Yields one sheet, or one for each unit that answers for the case."""
        if self.kind in ("review", "recheck"):
            yield from self.opinions(self.kind)
        elif self.kind == "hearing":
            yield from self.hearings()
        elif self.kind in ("refusal", "no-further"):
            yield self.refusal() if self.kind == "refusal" else self.no_further()
        elif self.kind == "acceptance" and not self.tasks:
            yield self.acceptance({})
        elif self.kind == "forwarding-notice":
            yield self.forwarding_notice()
        else:
            yield from (self.of_unit(task) for task in self.tasks if self.concerns(task))

    def concerns(self, task: View) -> bool:
        """Returns whether there is such a sheet for the unit of the task: of several units one may
        have more time, and the others none."""
        return self.kind != "extension" or bool(task.get("extensions"))

    def of_unit(self, task: View) -> Sheet:
        made = {"acceptance": self.acceptance, "forwarding": self.forwarding}
        return made.get(self.kind, self.extension)(task)

    def acceptance(self, task: View) -> Sheet:
        unit = task.get("unit") or self.organ("screening")
        facts = (
            ("matter", self.matter),
            ("source", self.source),
            ("received", self.day(self.intake["received_on"])),
            ("accepted", self.day(self.course.get("accepted_at"))),
            ("limit", self.limit(task)),
            ("unit", self.words.name(unit)),
        )
        return self.to_petitioner("notice-acceptance", facts, unit)

    def refusal(self) -> Sheet:
        refusal = self.intake["refusal"] or {}
        reason = refusal.get("reason", "")
        clause = self.rules.clauses.get(reason, self.rules.basis)
        facts = (
            ("matter", self.matter),
            ("source", self.source),
            ("received", self.day(self.intake["received_on"])),
            ("clause", clause),
            ("note", refusal.get("note") or ""),
        )
        boxes = ((each == reason, self.reason(each)) for each in self.row.refusal_reasons)
        sheet = self.to_petitioner("notice-refusal", facts, self.organ("screening"), clause)
        return Sheet(**vars(sheet) | {"boxes": tuple(boxes)})

    def no_further(self) -> Sheet:
        """Returns the sheet about a petition that is finally reviewed (不再受理)."""
        facts = (
            ("matter", self.matter),
            ("received", self.day(self.intake["received_on"])),
            ("clause", self.rules.basis),
            ("note", (self.intake["refusal"] or {}).get("note") or ""),
        )
        return self.to_petitioner("notice-no-further", facts, self.organ("screening"))

    def opinions(self, level: ReviewLevel) -> Iterator[Sheet]:
        """Yields the opinion of the level on each reply that has one."""
        every = self.feedback.get("reviews", ())
        for review in given(every, level):
            opinion = ReviewOpinion(review, every, self.replies, self.paper, self.words)
            basis, to = self.rules.basis, self.petitioner
            yield opinion.sheet(to, self.number, basis, self.matter)

    def hearings(self) -> Iterator[Sheet]:
        """Yields the notice of each hearing that is to come: to the petitioner, and to the unit
        whose opinion is contested."""
        for review in self.feedback.get("reviews", ()):
            for hearing in review["hearings"]:
                if hearing["held"] is None:
                    yield self.hearing(review, hearing, self.petitioner)
                    yield self.hearing(review, hearing, self.words.name(review["unit"]))

    def hearing(self, review: View, hearing: View, to: str) -> Sheet:
        facts = (
            ("matter", self.matter),
            ("petitioner", self.petitioner),
            ("unit", self.words.name(review["unit"])),
            ("hearing-day", self.day(hearing["day"])),
            ("hearing-place", hearing["place"] or ""),
            ("chair", hearing["chair"] or self.paper.say("blank")),
        )
        level = self.paper.label("rule", review["level"])
        said = {"number": self.number, "basis": self.rules.basis, "level": level}
        opening = self.paper.say("notice-hearing", **said)
        return Sheet(to, opening, facts, self.words.name(review["organ"]))

    def forwarding(self, task: View) -> Sheet:
        facts = (
            ("petitioner", self.petitioner),
            ("matter", self.matter),
            ("purpose", self.paper.label("purpose", self.intake["purpose"])),
            ("received", self.day(self.intake["received_on"])),
            ("basis", self.rules.basis),
            ("scope", task.get("scope") or ""),
            ("reply-by", self.day(task.get("due_on"))),
            ("contact", self.words.name(self.by)),
        )
        said = {"number": self.number, "basis": self.rules.basis}
        opening = self.paper.say("notice-forwarding", **said)
        to, signed = self.words.name(task["unit"]), self.words.name(self.organ("assignment"))
        return Sheet(to, opening, facts, signed, receipt=False)

    def forwarding_notice(self) -> Sheet:
        facts = (
            ("matter", self.matter),
            ("received", self.day(self.intake["received_on"])),
            ("unit", self.words.named(task["unit"] for task in self.tasks)),
        )
        return self.to_petitioner("notice-forwarding-notice", facts, self.organ("assignment"))

    def extension(self, task: View) -> Sheet:
        granted = task["extensions"][-1]
        facts = (
            ("matter", self.matter),
            ("was-due", self.day(granted["was"])),
            ("reason", granted["reason"]),
            ("new-due", self.day(granted["until"])),
            ("unit", self.words.name(task["unit"])),
        )
        return self.to_petitioner("notice-extension", facts, task["unit"])

    def to_petitioner(self, opening: str, facts: Facts, unit: str, basis: str = "") -> Sheet:
        said = self.paper.say(opening, number=self.number, basis=basis or self.rules.basis)
        return Sheet(self.petitioner, said, facts, self.words.name(unit))

    @property
    def number(self) -> str:
        """Returns the number of the case, else that of the paper; a blank for a hand where it has
        none."""
        return self.intake["label"] or self.intake["external_no"] or self.paper.say("blank")

    @property
    def petitioner(self) -> str:
        """Returns the name of the first proposer as the reader may see it, and their number."""
        lead = next(each for each in self.intake["proposers"] if each["part"] == "lead")
        name = (lead["contact"] or {}).get("name") or lead["name"]
        others = len(self.intake["proposers"])
        return self.paper.say("and-others", name=name, n=others) if others > 1 else name

    @property
    def matter(self) -> str:
        return self.intake["title"] or self.paper.say("sealed")

    @property
    def source(self) -> str:
        channel = self.paper.label("channel", self.intake["channel"])
        return self.paper.say("by-channel", organ=self.words.name(self.organ("screening")),
                              channel=channel)  # fmt: skip

    def organ(self, duty: Duty) -> str:
        return self.row.organs.unit(duty, self.intake["agency"])

    def reason(self, code: str) -> str:
        return self.paper.label("refusal-reason", code)

    def limit(self, task: View) -> str:
        """Returns the period from acceptance, and its last day; extensions have a notice of their
        own, and a second handling has another period."""
        period: Period = self.row.obligations["reply"].period
        within = self.paper.say(f"within-{period.unit}", n=period.length)
        first = next((each["was"] for each in task.get("extensions") or ()), task.get("due_on"))
        if not first or task["round"] > 1:
            return within
        return self.paper.say("within-until", within=within, day=self.day(first))

    def day(self, on: str | None) -> str:
        """Returns a day, also of a moment; "" where there is none."""
        if not on:
            return ""
        day = date.fromisoformat(on) if len(on) == len("2025-01-01") else business_day(
            datetime.fromisoformat(on)
        )  # fmt: skip
        return self.paper.day(day)
