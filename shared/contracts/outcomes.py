"""Effects on obligations of the outcomes of screening that are no acceptance."""

from shared.contracts.effects import CASE, EVERY, Effects, meets, opens, withdraws


def not_taken_up(why: str) -> Effects:
    """Returns the effects: the screening is over, no signature is awaited, and a notice is owed
    instead of one that may be owed already."""
    return (
        meets("screening", why=why, subject=CASE),
        withdraws("signature", why=why, subject=EVERY),
        withdraws("refusal-notice", why=why, subject=CASE),
        opens("refusal-notice", subject=CASE),
    )
