"""The clock of the play: it stands still between the steps."""

from shared.ops.base.settings import Sample

BEGINNING = "2025-01-05T00:00:00+08:00"


def clock_of(sample: Sample) -> dict[str, str]:
    """The variables that give every process the play's clock; none where nothing is played."""
    if sample == "none":
        return {}
    clock = {"DUBAN_CLOCK": "simulated", "DUBAN_CLOCK_BASE": BEGINNING}
    return {**clock, "DUBAN_CLOCK_RATE": "0"}
