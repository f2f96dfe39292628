"""Commands of the two persons who decide."""

from typing import ClassVar

from shared.contracts.disclosure import Decision, Review
from shared.kernel.codes import Id
from shared.kernel.messages import Command, RuledCommand


class DecideDisclosure(RuledCommand, Decision):
    """Decides whether a reply is published, in which form, or why not. Its words may become
    public."""

    name: ClassVar[str] = "decide-disclosure"

    task: Id


class ReviewDisclosure(Command, Review):
    """Approves a decision of another person, or returns it."""

    name: ClassVar[str] = "review-disclosure"

    task: Id


DecisionCommand = DecideDisclosure | ReviewDisclosure
