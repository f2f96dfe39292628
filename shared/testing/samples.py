"""Samples: one kept fact of every type, as the log has it."""

import json
from pathlib import Path
from typing import Any

from shared.contracts.upcasters import decode
from shared.kernel.messages import Event

SAMPLES = Path("tests/contract/samples")


def sample(fact: type[Event], **changes: Any) -> Event:
    """Returns the kept sample of a fact; `changes` apply to the fields that it has."""
    kept = json.loads((SAMPLES / f"{fact.type}.json").read_text("utf-8"))
    known = {name: value for name, value in changes.items() if name in fact.model_fields}
    return decode(kept["type"], kept["at"], kept["data"] | known)
