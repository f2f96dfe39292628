"""Commands of co-signers."""

from typing import ClassVar

from shared.contracts.signers import SeenText, Signature, SignaturePaper
from shared.kernel.messages import RuledCommand


class ConfirmSignature(RuledCommand, Signature, SignaturePaper, SeenText):
    """A co-signer confirms that the paper, as he has read it, is his own view."""

    name: ClassVar[str] = "confirm-signature"


class DeclineSignature(RuledCommand, Signature, SignaturePaper):
    """A person named as co-signer does not sign."""

    name: ClassVar[str] = "decline-signature"


SignatureCommand = ConfirmSignature | DeclineSignature
