"""Redaction: the signed text with passages covered, provably without any other change."""

import re

from shared.contracts.disclosure import PublicForm
from shared.kernel.messages import Sealed, Text

REDACTED = "█"
COVERED = re.compile(f"{REDACTED}+")
LEAST_SHOWN = 0.5
"""Share of the signed text that a full text shows at least; below it is an abstract."""


def is_faithful(form: PublicForm | None, text: Text | None, signed: Text) -> bool:
    """全文 is the signed text; passages may only be covered by `REDACTED`, so that everybody sees
    where something was taken out. A sealed text cannot be compared: it is before it is sealed, and
    when it is published."""
    if form != "full" or text is None or isinstance(text, Sealed):
        return True
    return isinstance(signed, str) and is_redaction(text, signed)


def is_redaction(text: str, signed: str) -> bool:
    """Returns whether `text` is the signed text with passages replaced by runs of the sign.

    The pieces between the runs occur in the signed text in their order, the first at its beginning
    and the last at its end. Each run covers at least one character.
    """
    first, *pieces = COVERED.split(text)
    if not pieces:
        return text == signed
    shown = len(first) + sum(map(len, pieces))
    if shown < LEAST_SHOWN * len(signed) or not signed.startswith(first):
        return False
    return _in_order(pieces, signed, len(first))


def _in_order(pieces: list[str], signed: str, at: int) -> bool:
    """Returns whether the pieces follow each other from `at` on, each after a covered character."""
    *middle, last = pieces
    for piece in middle:
        found = signed.find(piece, at + 1)
        if found < 0:
            return False
        at = found + len(piece)
    return len(signed) - len(last) > at and signed.endswith(last)
