"""Units that are proposed to lead a case: by remits and by like cases (ADR 103)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.portal.domain.remits import proposed
from shared.kernel.remit_rules import Remit
from shared.service.config.located_yaml import DataRefused
from shared.service.config.remits import load_remits, unknown_units

DEPLOYED = Path("deploy/policies")
PHRASES = yaml.safe_load(Path("deploy/samples/phrases.yaml").read_text("utf-8"))
NEW = {
    "关于增加夜间公交班次的建议": "u-tra",
    "关于修缮古桥、保护文物的提案": "u-cul",
    "关于优化校门口红绿灯配时的建议": "u-pol",
    "关于加大食品安全抽检力度的建议": "u-mar",
    "关于治理拖欠工资、保障劳动者权益的建议": "u-hum",
    "关于整治城南河道排污口污染的建议": "u-env",
    "关于支持大学生返乡就业的提案": "u-hum",
    "关于在城北新建小学、缓解学位不足的建议": "u-edu",
    "关于解决山区群众饮水困难的建议": "u-wat",
    "关于加快老旧小区物业全覆盖的提案": "u-hou",
    "关于加强城市内涝治理的建议": "u-hou",
    "关于建设社区养老机构的提案": "u-civ",
    "关于缩短不动产登记时限的建议": "u-res",
    "关于增设120急救站的建议": "u-hea",
    "关于防范养老诈骗的提案": "u-pol",
    "关于推广秸秆还田的建议": "u-agr",
    "关于为小微企业融资增信的提案": "u-fin",
    "关于促进科技成果转化的提案": "u-sci",
    "关于规范大型商场预付卡的提案": "u-com",
    "关于完善城市应急避难场所的建议": "u-emg",
}
"""Titles that the catalogue was not written from, with the unit that a clerk would name."""


def remit(unit: str, *words: str, **more: Any) -> Remit:
    return Remit.model_validate(
        {"unit": unit, "matter": "事项", "words": words, "basis": "约定", **more}
    )


def units(remits: Any, title: str, text: str = "", led: Any = ()) -> list[str]:
    return [each.unit for each in proposed(remits, title, text, led)]


def test_the_catalogue_of_the_sample_city_names_the_unit_of_every_topic_first() -> None:
    remits = load_remits(DEPLOYED)
    topics = [topic for topics in PHRASES["topics"].values() for topic in topics]
    for matter, lead, _, trouble, wish in topics:
        title = f"关于在老城区{matter}的建议"
        assert units(remits, title, trouble + wish)[:1] == [lead], title


def test_of_titles_that_it_was_not_written_from_most_are_right_at_once() -> None:
    remits = load_remits(DEPLOYED)
    first = [title for title, unit in NEW.items() if units(remits, title)[:1] == [unit]]
    among = [title for title, unit in NEW.items() if unit in units(remits, title)]
    assert (len(first) >= 17, len(among) >= 18) == (True, True), set(NEW) - set(first)


def test_a_word_in_the_title_weighs_more_than_one_in_the_text() -> None:
    remits = [remit("u-hou", "排水", "管网"), remit("u-wat", "灌溉")]
    assert units(remits, "关于灌溉的建议", "排水和管网") == ["u-wat", "u-hou"]
    [one, _] = proposed(remits, "关于排水的建议", "排水、管网和灌溉", ())
    assert (one.words, one.weight) == (("排水", "管网"), 4)


def test_words_are_compared_whatever_their_width_and_a_title_may_exclude_a_remit() -> None:
    remits = [remit("u-hou", "ＡＢ电梯", **{"not": ["充电"]})]
    assert units(remits, "关于ab电梯的建议") == ["u-hou"]
    assert units(remits, "关于ab电梯充电的建议") == []
    assert units(remits, "关于ab电梯的建议", "充电") == ["u-hou"]


def test_a_unit_is_proposed_once_by_its_best_remit_with_the_like_cases_that_it_led() -> None:
    remits = [remit("u-hou", "排水"), remit("u-hou", "管网", "内涝"), remit("u-wat", "内涝")]
    led = [("u-env", "case-1"), ("u-hou", "case-2"), ("u-env", "case-3"), ("u-fin", "case-4")]
    found = proposed(remits, "关于管网内涝的建议", "", led)
    assert [(each.unit, each.earlier) for each in found] == [
        ("u-hou", ("case-2",)), ("u-wat", ()), ("u-env", ("case-1", "case-3")),
        ("u-fin", ("case-4",)),
    ]  # fmt: skip
    assert len(units([remit(f"u-{n}", "排水") for n in range(9)], "关于排水的建议")) == 5


def test_a_place_says_what_differs_and_takes_a_remit_away(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / "base.yaml").write_text(f"base: {DEPLOYED.resolve()}\n", "utf-8")
    own = {"renewal": None, "streets": {"unit": "u-works"}}
    (place / "remits.yaml").write_text(yaml.safe_dump({"remits": own}), "utf-8")
    remits = {each.matter: each.unit for each in load_remits(place)}
    assert len(remits) == len(load_remits(DEPLOYED)) - 1
    assert "u-works" in remits.values()
    assert load_remits(tmp_path / "nowhere") == ()


@pytest.mark.parametrize("wrong", [{"words": []}, {"words": ["路"]}, {"unit": ""}, {"of": 1}])
def test_a_remit_without_words_or_with_one_character_is_refused_by_line(
    wrong: dict[str, Any], tmp_path: Path
) -> None:
    right = {"unit": "u-hou", "matter": "排水", "words": ["排水"], "basis": "约定"}
    (tmp_path / "remits.yaml").write_text(
        yaml.safe_dump({"remits": {"drains": right | wrong}}, allow_unicode=True), "utf-8"
    )
    with pytest.raises(DataRefused, match=r"remits\.yaml:\d+: remits\.drains"):
        load_remits(tmp_path)


def test_units_that_the_directory_lacks_are_named() -> None:
    everywhere = {u for r in load_remits(DEPLOYED) for u in (r.unit, *r.beside)}
    assert unknown_units(DEPLOYED, everywhere) == []
    [fault] = unknown_units(DEPLOYED, everywhere - {"u-sci"})
    assert "u-sci" in fault
    assert "remits.science" in fault
