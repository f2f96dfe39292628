"""One JSON sample per fact and version that must decode for ever."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.catalogue import FACT_OF
from shared.contracts.upcasters import UPCASTERS, decode, encode
from shared.kernel.storable import canonical, plain

SAMPLES = Path("tests/contract/samples")
KEPT = sorted(SAMPLES.glob("*.json"))


def sample(wire: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / f"{wire}.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("wire", sorted({*FACT_OF, *UPCASTERS}))
def test_every_fact_and_version_has_a_sample(wire: str) -> None:
    assert sample(wire)["type"] == wire


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_every_sample_is_named_by_its_type_and_decodes(path: Path) -> None:
    kept = sample(path.stem)
    assert set(kept) == {"type", "at", "data"}
    assert kept["type"] == path.stem
    decode(kept["type"], kept["at"], kept["data"])


@pytest.mark.parametrize("wire", sorted(FACT_OF))
def test_what_is_read_is_written_as_it_was(wire: str) -> None:
    """No field of a sample is lost or renamed; new fields may only appear with their defaults."""
    kept = sample(wire)
    event = decode(wire, kept["at"], kept["data"])
    written = encode(event)
    assert kept["data"].items() <= written.items()
    new = set(written) - set(kept["data"])
    assert all(not type(event).model_fields[name].is_required() for name in new)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_the_log_takes_every_sample(path: Path) -> None:
    data = sample(path.stem)["data"]
    assert json.loads(canonical(plain(data, path.stem))) == data


@pytest.mark.parametrize("wire", sorted(FACT_OF))
def test_a_newer_writer_stops_nobody(wire: str) -> None:
    kept = sample(wire)
    newer = {**kept["data"], "added-later": {"by": "a newer version"}}
    assert decode(wire, kept["at"], newer) == decode(wire, kept["at"], kept["data"])
