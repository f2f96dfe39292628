"""Rules about the purpose of a petition (信访工作条例第29至31条), by the policy row of its kind."""

from shared.kernel.errors import RuleViolated
from shared.kernel.policy import PolicyRow


def check_purpose(row: PolicyRow, purpose: str | None) -> None:
    """Raises RuleViolated for a purpose that the kind does not have."""
    if purpose is None or purpose in row.purposes:
        return
    if not row.purposes:
        raise RuleViolated("purpose-not-kept", "该类件不分信访目的，请不要填写", "purpose")
    known = "、".join(f"{{purpose:{each}}}" for each in row.purposes)
    message = f"没有代码为 {purpose} 的信访目的，可选：{known}"
    raise RuleViolated("purpose-unknown", message, "purpose")


def require_purpose(row: PolicyRow, purpose: str | None) -> None:
    """Refuses to accept a petition of no class: whether it is an accusation decides who may have
    it."""
    if row.purposes and purpose is None:
        known = "、".join(f"{{purpose:{each}}}" for each in row.purposes)
        message = f"受理前请确定信访目的（{known}）"
        raise RuleViolated("purpose-missing", message, "purpose")
