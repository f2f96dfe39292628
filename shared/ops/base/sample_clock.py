"""Clock of the sample: it stands still between the steps of the play."""

from shared.ops.base.settings import Sample

BEGINNING = "2025-01-05T00:00:00+08:00"


def clock_of(sample: Sample) -> dict[str, str]:
    """Returns the variables that give every process the sample's clock; none for the sample
    `none`."""
    if sample == "none":
        return {}
    clock = {"DUBAN_CLOCK": "simulated", "DUBAN_CLOCK_BASE": BEGINNING}
    return {**clock, "DUBAN_CLOCK_RATE": "0"}
