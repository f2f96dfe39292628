"""Commands about a call for co-signatures."""

from typing import ClassVar

from shared.contracts.calls import Call
from shared.contracts.payloads.intake import Wording
from shared.kernel.codes import Digest
from shared.kernel.messages import RuledCommand


class OpenCall(RuledCommand, Call):
    """Calls again, after a call has lapsed; the first one is opened by the registration."""

    name: ClassVar[str] = "open-call"


class AmendWording(RuledCommand, Wording):
    """Puts another title and text in the place of those that were called for."""

    name: ClassVar[str] = "amend-wording"

    likeness: Digest | None = None


class HandInPaper(RuledCommand):
    """Ends the call and hands the paper in, signed by those who have confirmed."""

    name: ClassVar[str] = "hand-in-paper"


class EndCall(RuledCommand):
    """The day of the call is over (the rung of its clock that deems)."""

    name: ClassVar[str] = "end-call"


CallCommand = OpenCall | AmendWording | HandInPaper | EndCall
