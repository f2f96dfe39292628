"""Commands about attachments."""

from typing import ClassVar

from shared.contracts.attachments import AttachmentNote, AttachmentRemoval, File
from shared.kernel.messages import Command, RuledCommand


class AddAttachment(RuledCommand, File, AttachmentNote):
    """Adds a file that was taken and checked."""

    name: ClassVar[str] = "add-attachment"


class RemoveAttachment(Command, AttachmentRemoval):
    """Removes an attachment."""

    name: ClassVar[str] = "remove-attachment"


AttachmentCommand = AddAttachment | RemoveAttachment
