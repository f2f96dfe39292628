"""Facts of disclosure: what the public may read. Only disclosure may record them.

Payloads come first. A payload is inherited by the command that brings it, by its fact, by the HTTP
body and by the view.
"""

from typing import Annotated, ClassVar, Literal, get_args

from shared.contracts.case_event import CaseEvent
from shared.contracts.effects import Effects, meets, opens
from shared.contracts.obligations import Page
from shared.contracts.payloads.handling import DisclosureProposal, DisclosureReason, Meaning
from shared.contracts.payloads.intake import PublicationRequest
from shared.kernel.codes import CasePath, ClassLetter, Code, Digest, Id, Label, Name, Words
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Event, Text
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Mode = Literal["open", "on-request", "closed"]
PublicForm = Literal["full", "abstract"]


class Rendition(Shape):
    """Rendition: the public text of one reply. `names` are proposers' public names, never
    contacts."""

    title: Words
    label: Label
    names: tuple[Name, ...]
    unit: Id
    letter: ClassLetter
    meaning: Meaning
    text: Words
    form: PublicForm
    replied_on: Day


class CaseNotes(Shape):
    """The part of a rendition that comes from intake; absent fields say nothing."""

    title: Text | None = None
    label: Label | None = None
    subject: Code | None = None
    region: Code | None = None
    names: tuple[Name, ...] = ()
    consent: bool | None = None


class Reply(Shape):
    """A signed reply: its task and unit, its class, and the unit's proposal for publication."""

    task: Id
    unit: Id
    proposal: DisclosureProposal
    letter: ClassLetter
    meaning: Meaning


class Decision(Shape):
    """Mode, form and reason. `text` is the abstract where one is published, or the full text
    without its contact data; `title` is given where the case's own may not be shown."""

    mode: Annotated[Mode, titled("公开属性", codes="disclosure-mode")]
    form: Annotated[
        PublicForm | None, titled("公开形式", hint="主动公开的必填", codes="disclosure-form")
    ] = None
    reason: Annotated[
        DisclosureReason | None,
        titled("不主动公开的理由", hint="依申请公开、不予公开的必填", codes="disclosure-reason"),
    ] = None
    title: Annotated[Text | None, titled("公开标题", hint="原标题不宜公开时填写")] = None
    text: Annotated[Text | None, titled("公开文本", hint="摘要，或隐去联系方式后的全文")] = None


class Exemption(Shape):
    """A finding of the screen that may be published all the same: its field, its place there (the
    first character from 1, and the length), its kind (`finding` of labels.yaml), and why."""

    field: Literal["title", "text"]
    start: int
    length: int
    kind: Code
    reason: Text


class Review(Shape):
    """The answer of the second person to a decision."""

    approved: Annotated[bool, titled("复核意见", answers=("同意", "退回"))]
    remark: Annotated[Text, titled("复核说明", hint="退回时必填")] = ""


class Takedown(Shape):
    """The reason why a published reply is taken down."""

    reason: Annotated[Text, titled("撤下理由")]


class PublicationEvent(CaseEvent):
    """A fact about the publication of the reply to one task."""

    task: Id


class DisclosureNoted(CaseEvent, CaseNotes):
    """Fields of intake that a rendition needs (import of case.accepted and case.numbered); an
    absent field changes nothing."""

    type: ClassVar[str] = "disclosure.noted.v1"


class DisclosureProposed(PublicationEvent, Reply):
    """A signed reply brought its proposal (import of reply.signed)."""

    type: ClassVar[str] = "disclosure.proposed.v1"

    public_text: Text


class DisclosureOpened(PublicationEvent):
    """The reply was delivered: the decision is due (import of case.replied)."""

    type: ClassVar[str] = "disclosure.opened.v1"
    obligations: ClassVar[Effects] = (opens("publication", due="due"),)

    unit: Id
    due: Due
    replied_on: Day


class DisclosureDecided(PublicationEvent, Decision):
    """Mode, form and reason were decided; another person must review. `text` is the abstract
    where one is published, or the full text without its contact data; `title` is given where the
    case's own may not be shown."""

    type: ClassVar[str] = "disclosure.decided.v1"

    by: Id


class FindingsExempted(PublicationEvent):
    """A second person confirmed that what the screen has found in the words of the decision before
    this fact may be published. Another decision needs another exemption."""

    type: ClassVar[str] = "findings.exempted.v1"

    by: Id
    exemptions: tuple[Exemption, ...]


class DisclosureReviewed(PublicationEvent, Review):
    """The second person approved or returned the decision."""

    type: ClassVar[str] = "disclosure.reviewed.v1"
    # A decision that the review returned is still due.
    obligations: ClassVar[Effects] = (
        meets("publication", why="reviewed", when={"approved": (True,)}),
    )

    by: Id


class DisclosureRequested(PublicationEvent, PublicationRequest):
    """Disclosure asks intake to reserve the case before anything becomes public."""

    type: ClassVar[str] = "disclosure.requested.v1"
    page: ClassVar[Page | None] = "appears"


class CaseDisclosed(PublicationEvent, PublicationRequest):
    """The reply is public from here on, exactly as `public` says; `digest` is SHA-256 of the
    rendition."""

    type: ClassVar[str] = "case.disclosed.v1"
    obligations: ClassVar[Effects] = (meets("publication", why="disclosed"),)

    public: Rendition
    digest: Digest
    url: CasePath
    subject: Code = ""
    region: Code = ""


class PublicationReleased(PublicationEvent, PublicationRequest):
    """Disclosure gives a reservation back without publishing, or learns that it got none: every
    request ends as case.disclosed or as this."""

    type: ClassVar[str] = "publication.released.v1"
    obligations: ClassVar[Effects] = (meets("publication", why="released"),)

    reason: Code


class DisclosureWithdrawn(PublicationEvent, Takedown):
    """A published reply was taken down, with the reason; the address answers 已撤下."""

    type: ClassVar[str] = "disclosure.withdrawn.v1"
    page: ClassVar[Page | None] = "disappears"

    by: Id


class PagesTakenDown(CaseEvent):
    """No page of the case is public any more, and none will be: its erasure may go on. `pages` were
    taken down for it."""

    type: ClassVar[str] = "pages.taken-down.v1"

    pages: int


class DisclosureStopped(CaseEvent):
    """The case was withdrawn or erased: nothing more is published (import)."""

    type: ClassVar[str] = "disclosure.stopped.v1"

    reason: Code


DisclosureEvent = (
    DisclosureNoted
    | DisclosureProposed
    | DisclosureOpened
    | DisclosureDecided
    | FindingsExempted
    | DisclosureReviewed
    | DisclosureRequested
    | CaseDisclosed
    | PublicationReleased
    | DisclosureWithdrawn
    | PagesTakenDown
    | DisclosureStopped
)
FACTS: tuple[type[Event], ...] = get_args(DisclosureEvent)
