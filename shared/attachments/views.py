"""An attachment as its readers see it."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.attachments import AboutFile, AttachmentAdded
from shared.kernel.messages import Text
from shared.kernel.texts import GONE

Readable = Callable[[Text | None], Awaitable[str | None]]
"""Opens a text for the reader."""


class AttachmentView(BaseModel):
    """附件。`name`、`note`、`sha256` 只向可以查阅来件内容的人显示。"""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    name: str | None
    note: str | None
    media: Annotated[str, Field(description="文件类型", examples=["pdf"])]
    size: Annotated[int, Field(description="字节数")]
    sha256: Annotated[str | None, Field(description="文件内容的 SHA-256，供核对")]
    scanned: Annotated[bool, Field(description="已经查杀病毒")]
    by: str
    at: datetime


async def views_of(attachments: Iterable[AttachmentAdded], words: Readable) -> list[AttachmentView]:
    """Returns the attachments; their words as opened by `words`."""
    return [await _view(each, words) for each in attachments]


async def _view(fact: AttachmentAdded, words: Readable) -> AttachmentView:
    about = about_of(await words(fact.about))
    return AttachmentView(
        id=fact.attachment,
        name=about and about.name,
        note=await words(fact.note or None),
        media=fact.media,
        size=fact.size,
        sha256=about and about.sha256,
        scanned=fact.scanned,
        by=fact.by,
        at=fact.at,
    )


def about_of(words: str | None) -> AboutFile | None:
    """Returns what tells of a file; None where it is not to be read, or erased."""
    return AboutFile.model_validate_json(words) if words and words != GONE else None
