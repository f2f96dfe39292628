"""Codes that cases of a policy row know, for forms of such cases."""

from collections.abc import Collection, Sequence

from shared.kernel.organs import ANYWHERE
from shared.kernel.policy import PolicyRow


def known_codes(row: PolicyRow, channels: Collection[str]) -> dict[str, list[str]]:
    """Returns the codes by group of labels.yaml; a group without any is left out. `channels`: those
    of the kind."""
    known: dict[str, Sequence[str]] = {
        "channel": () if ANYWHERE in channels else tuple(channels),
        "subject": row.subjects,
        "proposer-kind": tuple(row.signatures),
        "purpose": tuple(row.purposes),
        "refusal-reason": row.refusal_reasons,
        "pass-form": tuple(row.passed_on_as),
        "diversion-reason": [r for rules in row.diverted_from.values() for r in rules.reasons],
        "objection-reason": row.objection_reasons,
        "suspension-reason": [r for rules in row.suspensions.values() for r in rules.reasons],
        "meaning": tuple(row.class_map),
        "disclosure-mode": () if row.disclosure.publishable else ("closed",),
        "disclosure-form": row.disclosure.forms,
        "grade": row.rating_scale,
        "charge-scheme": tuple(row.charges),
        "link": row.links.words if row.links else (),
    }
    return {group: list(dict.fromkeys(codes)) for group, codes in known.items() if codes}
