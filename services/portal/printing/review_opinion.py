"""The opinion on a review of a petition (复查意见书、复核意见书) as a sheet for a printer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.portal.printing.case_words import CaseWords
from services.portal.printing.paper import Paper
from services.portal.printing.sheet import Sheet
from shared.kernel.calendar import business_day
from shared.kernel.petition_rules import ReviewLevel

View = Mapping[str, Any]


def given(reviews: Iterable[View], level: ReviewLevel) -> Iterator[View]:
    """Yields the reviews of a level that have an opinion."""
    yield from (one for one in reviews if one["level"] == level and one["outcome"])


@dataclass(frozen=True)
class ReviewOpinion:
    """Material of one opinion: the view of its review, those of all reviews of the case, and the
    replies by task, as their services show them to the reader."""

    review: View
    every: Sequence[View]
    replies: Mapping[str, View]
    paper: Paper
    words: CaseWords

    def sheet(self, to: str, number: str, basis: str, matter: str) -> Sheet:
        """Returns the sheet to the petitioner; its organ signs, or the one that it names."""
        review, level = self.review, self.review["level"]
        said = {"unit": self.words.name(review["unit"]), "day": self.day(review["asked_on"])}
        opening = self.paper.say(f"notice-{level}", number=number, basis=basis, **said)
        signed = review["issuer"] or self.words.name(review["organ"])
        facts = (("matter", matter), ("unit", said["unit"]))
        own = review["number"] or self.paper.say("blank")
        sheet = Sheet(to, opening, facts, signed, sections=tuple(self.sections()), number=own)
        return replace(sheet, day=self.day(review["decided_on"]))

    def sections(self) -> Iterator[tuple[str, str]]:
        review = self.review
        outcome = self.paper.label("review-outcome", review["outcome"])
        yield self.paper.say("section-grounds"), review["reason"] or ""
        yield self.paper.say("section-original"), self.original()
        yield self.paper.say("section-findings"), review["findings"] or ""
        ruling = f"{outcome}。{review['ruling'] or ''}"
        yield self.paper.say(f"section-ruling-{review['level']}"), ruling

    def original(self) -> str:
        """Returns the opinion that was contested: that of the unit, or the review of it."""
        task = self.review["task"]
        before = [one for one in given(self.every, "review") if one["task"] == task]
        if self.review["level"] == "review" or not before:
            return self.opinion_of_unit(task)
        first = before[-1]
        outcome = self.paper.label("review-outcome", first["outcome"])
        number, day = first["number"] or self.paper.say("blank"), self.day(first["decided_on"])
        said = {"number": number, "day": day, "outcome": outcome, "ruling": first["ruling"] or ""}
        return self.paper.say("opinion-of-review", **said)

    def opinion_of_unit(self, task: str) -> str:
        """Returns the unit's opinion by number, day and class; "" where it is not shown."""
        if (reply := self.replies.get(task)) is None:
            return ""
        return self.paper.say(
            "opinion-of-unit",
            unit=self.words.name(self.review["unit"]),
            number=reply["number"] or self.paper.say("blank"),
            day=self.paper.day(business_day(datetime.fromisoformat(reply["at"]))),
            meaning=self.paper.label("meaning", reply["meaning"]),
        )

    def day(self, on: str | None) -> str:
        return self.paper.day(date.fromisoformat(on)) if on else ""
