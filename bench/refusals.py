"""Refusals: a benchmark whose messages are no facts would measure how fast they are set aside."""

from shared.service.observability.metrics import REFUSED_MESSAGES


def require_facts() -> None:
    """Raises RuntimeError when this process has refused a message."""
    (family,) = REFUSED_MESSAGES.collect()
    refused = sum(sample.value for sample in family.samples if sample.name.endswith("_total"))
    if refused:
        raise RuntimeError(f"{refused:.0f} messages were refused")
