"""Rules about links, and about papers that may be split, by the policy row of their kind."""

from datetime import date

from services.intake.domain.linking.commands import Other
from shared.kernel.errors import RuleViolated
from shared.kernel.policy import PolicyRow
from shared.kernel.rerouting_rules import LinkWord


def check_link(row: PolicyRow, other: Other | None, how: LinkWord, came_in_on: date) -> None:
    """Raises RuleViolated for a link that the row does not have, or that the other case rules
    out."""
    if row.links is None:
        raise RuleViolated("links-none", "该类件没有关联其他件的规定")
    if how not in row.links.words:
        message = "该类件不这样关联；信访件重复的，请补正信访情况"
        raise RuleViolated("link-word", message, "how")
    check_other(other, how, came_in_on)


def check_other(other: Other | None, how: LinkWord, came_in_on: date) -> None:
    """Raises RuleViolated for a case that the sender may not know, and for one that says already
    what it is to this one. A case repeats none that came in after it."""
    if other is None:
        message = "没有找到所选的件，或者无权查阅，请重新选择"
        raise RuleViolated("link-unknown", message, "other")
    if other.is_itself:
        raise RuleViolated("link-itself", "不能与本件自身关联，请选择另一件", "other")
    if other.says is not None:
        message = "所选的件已经登记了与本件的关系；需要更改的，请在那一件上办理"
        raise RuleViolated("link-there", message, "other")
    if how == "repeats" and other.came_in_on > came_in_on:
        message = "所选的件收到在后，不是本件所重复的件；请在那一件上办理关联"
        raise RuleViolated("link-later", message, "other")


def check_splittable(row: PolicyRow, is_against: bool, field: str | None = None) -> None:
    """Raises RuleViolated where the row splits no papers, or none that are against somebody: who
    cuts such a paper decides what they may read."""
    if row.splitting is None:
        raise RuleViolated("splitting-none", "该类件没有分案的规定", field)
    if is_against:
        message = "检举控告和有被反映对象的件不分案，请单独办理"
        raise RuleViolated("splitting-secret", message, field)
