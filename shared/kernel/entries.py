"""Acts that are entered on a later day than their own: how far back, and never ahead."""

from datetime import date

from shared.kernel.calendar import business_day
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import RuledCommand
from shared.kernel.paper_rules import LateAct


def check_entered(command: RuledCommand, day: date, field: str, since: date, act: LateAct) -> None:
    """Checks the day of an act that the command enters: not after today, not before the day
    `since` from which it was possible, and within the days of the policy row for `act`."""
    today, most = business_day(command.at), command.rules.row.entry_days(act)
    if day > today:
        raise RuleViolated("day-in-future", "日期不能晚于今天", field)
    check_since(day, field, since)
    if (today - day).days > most:
        message = f"只能补记 {most} 日以内的事项，{day} 已超过期限"
        raise RuleViolated("entered-too-late", message, field)


def check_since(day: date, field: str, since: date) -> None:
    """Checks that the day of an act is none before it was possible."""
    if day < since:
        raise RuleViolated("day-too-early", f"日期不能早于 {since}，请核对", field)
