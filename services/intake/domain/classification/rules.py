"""Rules about the purpose of a petition (信访工作条例第29至31条), by the policy row of its kind."""

from collections.abc import Collection

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
        message = f"{{fact:case.accepted}}前请确定信访目的（{known}）"
        raise RuleViolated("purpose-missing", message, "purpose")


def require_competent(row: PolicyRow, purpose: str | None, against: Collection[str]) -> None:
    """Refuses a purpose that is reserved to units all of which the case is against: nobody here
    could handle it, and it belongs to the level above (信访工作条例第30条)."""
    reserved = row.reserved_to(purpose, against)
    if reserved and set(reserved) <= set(against):
        message = (
            f"“{{purpose:{purpose}}}”类的件只能交办理规则指定的单位，而该单位正是本件的被反映单位，本机关无权办理："
            "尚未{fact:case.accepted}的，请{fact:case.declined}，转送上一级机关；已经{fact:case.accepted}的，请在办理规则中写明由上一级哪个单位办理"
        )
        raise RuleViolated("nobody-competent", message, "purpose")
