"""The proposers of a ledger's row: nobody signs under the number of somebody else."""

import re
from pathlib import Path
from typing import Any

import pytest

from shared.ledger_import.cells import Unclear
from shared.ledger_import.reading import Row
from shared.ledger_import.signers import Deputy, signers
from shared.ledger_import.table import load_ledgers

LEDGERS = {one.name: one for one in load_ledgers(Path("deploy/policies/ledgers.yaml"))}
DEPUTIES = {
    ("npc", "d0001"): Deputy("p-n001", "唐宏伟"),
    ("npc", "d0002"): Deputy("p-n002", "郭立新"),
    ("cppcc", "d0001"): Deputy("p-c001", "孙梅"),
}


def signed(ledger: str, lead: str, co: str = "") -> list[dict[str, Any]]:
    row = Row("代表建议", 3, LEDGERS[ledger], {"领衔人": lead, "附议人": co})
    return signers(row, DEPUTIES)


def test_deputies_are_found_by_number_in_the_body_of_their_kind() -> None:
    assert signed("suggestions", "唐宏伟（D0001）", "郭立新 (D0002)") == [
        {"person": "p-n001", "part": "lead"},
        {"person": "p-n002", "part": "co"},
    ]
    assert signed("proposals", "孙梅（D0001）") == [{"person": "p-c001", "part": "lead"}]


@pytest.mark.parametrize(
    ("ledger", "lead", "reason"),
    [
        ("suggestions", "孙梅（D0001）", "编号 D0001 的人大代表是唐宏伟，不是孙梅，请核对"),
        ("proposals", "唐宏伟（D0001）", "编号 D0001 的政协委员是孙梅，不是唐宏伟，请核对"),
        ("proposals", "郭立新（D0002）", "没有编号为 D0002 的政协委员（郭立新）"),
        ("suggestions", "唐宏伟", "“唐宏伟”应写作 姓名（代表证号或委员编号）"),
    ],
)
def test_a_name_that_is_not_the_numbers_own_is_refused(ledger: str, lead: str, reason: str) -> None:
    with pytest.raises(Unclear, match=re.escape(reason)):
        signed(ledger, lead)
