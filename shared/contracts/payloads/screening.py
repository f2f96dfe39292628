"""Payloads of screening: the answers to the checks of the policy row."""

from typing import Annotated

from shared.kernel.codes import Code, Version
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.shape import Shape


class CheckAnswer(Shape):
    """The screener's judgement on one check; `note` says why."""

    check: Annotated[Code, titled("核对项目", pick="check")]
    met: Annotated[bool, titled("核对结果", answers=("符合", "不符合"))]
    note: Annotated[
        Text, titled("说明", hint="不符合而仍然立案，或者与系统核对的结果不一致的，必须说明")
    ] = ""


class Checklist(Shape):
    """The answers to all checks of the row; none where it has none."""

    checks: Annotated[
        tuple[CheckAnswer, ...],
        titled("审查核对", hint="逐项作出判断，办理规则没有核对项目的类件不填写"),
    ] = ()


class Checked(Checklist):
    """A checklist as facts keep it, with the version of the policy row that asked."""

    checks_of: Version | None = None
