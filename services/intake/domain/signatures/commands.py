"""Commands of co-signers."""

from typing import ClassVar

from shared.contracts.signers import Signature
from shared.kernel.messages import Command


class ConfirmSignature(Command, Signature):
    """A co-signer confirms that the paper is his own view."""

    name: ClassVar[str] = "confirm-signature"


class DeclineSignature(Command, Signature):
    """A person named as co-signer does not sign."""

    name: ClassVar[str] = "decline-signature"


SignatureCommand = ConfirmSignature | DeclineSignature
