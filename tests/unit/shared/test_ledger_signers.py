"""The proposers of a ledger's row: nobody signs under the number of somebody else."""

import re
from pathlib import Path
from typing import Any

import pytest

from shared.ledger_import.cells import UnclearCell
from shared.ledger_import.reading import Row
from shared.ledger_import.signers import Deputy, name_of, signers
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
    with pytest.raises(UnclearCell, match=re.escape(reason)):
        signed(ledger, lead)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王 小明", "王小明"), ("张　三", "张三"), ("\ufeff𠮷 田\u200b", "𠮷田"), ("㐂乐", "㐂乐"),
        ("葛\U000e0100 城", "葛\U000e0100城"), ("﨑山", "﨑山"), ("李〇", "李〇"),
        ("买买提.艾力", "买买提·艾力"), ("买买提 • 艾力", "买买提·艾力"),
        ("古丽．阿不都・热合曼", "古丽·阿不都·热合曼"),
        ("Müller", "Müller"), ("Nguyễn  Văn A", "Nguyễn Văn A"), ("Ｊｏｈｎ Smith", "John Smith"),
        ("J. R. Müller", "J. R. Müller"), ("临江Tech公司", "临江Tech公司"), ("ｶﾞﾘ", "ガリ"),
        ("د\u200cمحمد", "د\u200cمحمد"), ("ᠮᠣᠩ᠋ᠭᠣᠯ", "ᠮᠣᠩ᠋ᠭᠣᠯ"), ("扎西ཚེ་རིང", "扎西ཚེ་རིང"),
    ],
)  # fmt: skip
def test_a_citizens_name_stays_as_it_is_written_on_paper(typed: str, name: str) -> None:
    assert name_of(typed) == name
    assert name_of(name) == name
