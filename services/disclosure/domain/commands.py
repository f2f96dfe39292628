"""The base of imports that name their case."""

from shared.contracts.case_event import CaseMark
from shared.kernel.messages import Command


class ImportAboutCase(Command):
    """An import whose fact repeats mark and round of the case."""

    mark: CaseMark
    round: int
