"""Rules about the particulars of a petition (信访情况), by the policy row of its kind."""

from collections.abc import Collection

from shared.contracts.particulars import Particulars
from shared.kernel.errors import RuleViolated
from shared.kernel.petition_rules import ParticularRules
from shared.kernel.policy import PolicyRow
from shared.kernel.texts import is_blank, same_payload

NONE = Particulars()


def is_group_visit(row: PolicyRow, channel: str, came: int) -> bool:
    """集体访: a visit of so many people as the policy row says; a letter of many is none."""
    rules = row.particulars
    return bool(rules and channel in rules.visits and came >= rules.group)


def check_particulars(
    row: PolicyRow, particulars: Particulars, channel: str, known: Collection[str]
) -> None:
    """Raises RuleViolated for particulars that the row does not have, or that contradict each
    other. `known`: the earlier cases that the sender may know."""
    if same_payload(particulars, NONE, Particulars):
        return
    if row.particulars is None:
        message = "该类件不登记来访人数、重复信访、越级走访等情况，请不要填写"
        raise RuleViolated("particulars-not-kept", message, "visitors")
    check_visit(row.particulars, particulars, channel)
    check_repetition(row.particulars, particulars, known)


def check_visit(rules: ParticularRules, particulars: Particulars, channel: str) -> None:
    if particulars.visitors is not None and channel not in rules.visits:
        raise RuleViolated("visitors-no-visit", "不是走访件，不填来访人数", "visitors")
    if particulars.bypassed and channel not in rules.bypassing:
        message = "不是走访件，没有越级走访的情况，请核对来件渠道"
        raise RuleViolated("bypassed-no-visit", message, "bypassed")
    if particulars.bypassed and is_blank(particulars.directed):
        message = "越级走访的，请写明已告知其向哪一级、哪个机关提出"
        raise RuleViolated("bypassed-not-directed", message, "directed")


def check_repetition(
    rules: ParticularRules, particulars: Particulars, known: Collection[str]
) -> None:
    """A petition repeats cases that the sender has looked at, each once: nothing is guessed."""
    earlier = particulars.earlier
    if earlier and not particulars.repeated:
        message = "填写了原信访件，“是否重复信访”应为“重复”，请核对"
        raise RuleViolated("earlier-not-repeated", message, "repeated")
    if len(earlier) > rules.most_earlier:
        message = f"原信访件最多填 {rules.most_earlier} 件，请填最近的各件"
        raise RuleViolated("earlier-many", message, "earlier")
    for place, case in enumerate(earlier):
        if case in earlier[:place]:
            raise RuleViolated("earlier-twice", "同一原信访件重复填写", f"earlier.{place}")
        if case not in known:
            kinds = "、".join(f"{{kind:{kind}}}" for kind in rules.repeats)
            message = f"没有这件原信访件，或者本人不能查阅；只能填本机关的{kinds}"
            raise RuleViolated("earlier-unknown", message, f"earlier.{place}")


def check_numbers(named: int, visitors: int | None, people: int) -> None:
    """No fewer came than are named, and no fewer are concerned than came."""
    if visitors is not None and visitors < named:
        raise RuleViolated("visitors-too-few", "来访人数不能少于所填的提出人", "visitors")
    if people < max(named, visitors or 0):
        raise RuleViolated("people-too-few", "涉及人数不能少于来信来访人数", "people")
