"""Command that corrects the purpose of an accepted petition."""

from typing import ClassVar

from shared.contracts.payloads.intake import Classification
from shared.kernel.messages import RuledCommand


class ClassifyCase(RuledCommand, Classification):
    """更正分类: another purpose than the one under which the petition was accepted."""

    name: ClassVar[str] = "classify-case"


ClassificationCommand = ClassifyCase
