"""Facts about attachments (附件): files that belong to a paper. Only intake may record them."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.case_event import CaseEvent
from shared.kernel.codes import Code, Digest, Id
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.shape import Shape


class AboutFile(BaseModel):
    """Description of a file: its sender's name for it, and the SHA-256 of its own bytes."""

    name: str
    sha256: str


class File(Shape):
    """A file as it was taken. It is sealed in `pieces`; `sha256` is the digest of what is stored.
    `about` is an `AboutFile` as one text, which is sealed as well. `scanned`: a scanner found no
    virus in it."""

    attachment: Id
    about: Text
    media: Annotated[Code, titled("文件类型", codes="media")]
    size: Annotated[int, Field(ge=1)]
    pieces: Annotated[int, Field(ge=1)]
    sha256: Digest
    scanned: bool


class AttachmentNote(Shape):
    """Words that are typed beside a file."""

    note: Annotated[Text, titled("附件说明", hint="可以不填")] = ""


class AttachmentRemoval(Shape):
    """Removal of an attachment, and why."""

    attachment: Annotated[Id, titled("附件")]
    reason: Annotated[Text, titled("移除的理由")]


class AttachmentAdded(CaseEvent, File, AttachmentNote):
    """A file was added to the paper (添加附件), sealed under the key of the case."""

    type: ClassVar[str] = "attachment.added.v1"

    by: Id


class AttachmentRemoved(CaseEvent, AttachmentRemoval):
    """An attachment was removed (移除附件): nobody can read it any more, and its bytes are
    deleted."""

    type: ClassVar[str] = "attachment.removed.v1"

    by: Id
