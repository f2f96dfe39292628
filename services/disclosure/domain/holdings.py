"""Holdings: the publications of replies, each owed until it was decided and reviewed."""

from services.disclosure.domain.state import Disclosure, Publication
from shared.kernel.holding import Holding

OWED = ("open", "decided", "returned")


def holdings(state: Disclosure) -> tuple[Holding, ...]:
    return tuple(holding(each) for each in state.publications.values())


def holding(publication: Publication) -> Holding:
    due = publication.due if publication.status in OWED else None
    return Holding(publication.task, publication.reply.unit, owed=(due,) if due else ())
