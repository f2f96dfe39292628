"""Commands of the two persons who decide."""

from typing import ClassVar

from shared.contracts.disclosure import Decision, Exemption, Review
from shared.kernel.codes import Id
from shared.kernel.messages import Command, RuledCommand, Text


class DecideDisclosure(RuledCommand, Decision):
    """Decides whether a reply is published, in which form, or why not. Its words may become
    public."""

    name: ClassVar[str] = "decide-disclosure"

    task: Id


class ExemptionAsked(Exemption):
    """An exemption with the words around the finding, for the second person."""

    excerpt: Text


class DecideWithExemptions(DecideDisclosure):
    """Decides on words in which the screen has found something, with a reason for each finding."""

    name: ClassVar[str] = "decide-with-exemptions"

    exemptions: tuple[ExemptionAsked, ...]


class ReviewDisclosure(Command, Review):
    """Approves a decision of another person, or returns it."""

    name: ClassVar[str] = "review-disclosure"

    task: Id


DecisionCommand = DecideDisclosure | DecideWithExemptions | ReviewDisclosure
