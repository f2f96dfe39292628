"""The public site as a visitor sees it, on a real MongoDB."""

import csv
import io
import re
from datetime import date
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS
from services.disclosure.site import feeds
from shared.kernel.projection import Projection
from shared.mongo.read_models.generations import POINTERS
from tests.component.site.conftest import Visited
from tests.component.site.published import (
    Log,
    accepted,
    case_id,
    disclosed,
    registered,
    store,
    taken_down,
    unit_registered,
)

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
FIFTH = f"/cases/{case_id('suggestion', 5)}"
PAGES = ("/", "/cases", "/stats", "/accessibility", FIFTH)


async def test_the_statistics_show_the_rates_with_both_numbers(site: Visited) -> None:
    page = await site.text("/stats")
    for printed in (
        "173 / 180 = 96.11 %",
        "215 / 224 = 95.98 %",
        "24 / 180 = 13.33 %",
        "48 / 180 = 26.67 %",
    ):
        assert printed in page
    for name in ("临江区", "凤台县", "市直", "办学管理", "信访件", "热线信箱件"):
        assert name in page


async def test_each_agency_of_a_platform_has_its_own_figures(site: Visited) -> None:
    assert "交办机关" not in await site.text("/stats")
    log = Log()
    paper = registered("petition", "letter", "direct", "school-fees")
    paper = paper.model_copy(update={"agency": "u-far"})
    log.tell(f"intake-{'f' * 32}", paper)
    log.tell(f"intake-{'f' * 32}", accepted(paper))
    far = unit_registered("u-far", "远山市人民政府", "远山市", "city", "far")
    log.tell("unit-u-far", far)
    assert "＊" not in await site.text("/")
    await store(site.database, log.facts)
    assert "＊" in await site.text("/")  # less the first agency's total it would be the other's
    first, other = await site.text("/stats"), await site.text("/stats", agency="u-far")
    assert "173 / 180 = 96.11 %" in first
    assert "0 / 1 = 0.00 %" not in other  # a single petition would point at a person
    assert "＊" in other
    assert "96.11" not in other
    assert '<option value="u-far" selected>远山市人民政府</option>' in other
    assert "173 / 180 = 96.11 %" in await site.text("/stats", agency="u-ghost")


async def test_an_empty_site_says_so(empty_site: Visited) -> None:
    assert "尚未公开任何答复" in await empty_site.text("/")
    assert "–" in await empty_site.text("/")
    assert "尚无统计数据" in await empty_site.text("/stats")
    assert "尚未公开任何答复" in await empty_site.text("/cases")
    for path in ("/feed.xml", "/sitemap.xml", "/open/cases.csv"):
        assert (await empty_site.get(path)).status_code == 200


async def test_the_newest_replies_stand_first(site: Visited) -> None:
    numbers = re.findall(r"2025年第(\d+)号建议", await site.text("/cases"))
    assert [int(n) for n in numbers] == list(range(45, 25, -1))
    assert "2025年第45号建议" in await site.text("/")


async def test_the_list_is_paged_and_the_pages_keep_the_search(site: Visited) -> None:
    second = await site.text("/cases", kind="suggestion", page="2", size="l")
    assert "第 2 页，共 3 页" in second
    assert "/cases?page=3&amp;kind=suggestion&amp;size=l" in second
    assert "2025年第25号建议" in second


@pytest.mark.parametrize("page", ["0", "-3", "abc", "١", "9" * 5_000, "501"])
async def test_no_page_number_breaks_the_list(site: Visited, page: str) -> None:
    assert (await site.get("/cases", page=page)).status_code == 200


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ({"q": "托育"}, 9),
        ({"q": "第12号"}, 1),
        ({"q": "夜间限时泊位"}, 45),
        ({"unit": "u-tra"}, 9),
        ({"result": "solved"}, 9),
        ({"year": "2024"}, 0),
        ({"kind": "petition"}, 0),
        ({"q": ".*"}, 0),
        ({"q": "第12\0号"}, 1),
        ({"q": "$where", "unit": "u-none"}, 0),
    ],
)
async def test_search_finds_what_is_meant(site: Visited, query: dict[str, str], many: int) -> None:
    page = await site.text("/cases", **query)
    assert (f"共 {many} 件" in page) if many else ("没有符合条件" in page)


async def test_a_search_without_hits_leads_on(site: Visited) -> None:
    page = await site.text("/cases", q="诸葛亮", size="l")
    assert "换用其他词语" in page
    assert '<p><a href="/cases?size=l">查看全部</a> · <a href="/?size=l">返回首页</a></p>' in page


async def test_a_reply_is_found_by_id_and_by_number(site: Visited) -> None:
    by_id = await site.text(FIFTH)
    for shown in ("关于整治背街小巷停车秩序的建议", "王建国、李秀英", "市住房和城乡建设局", "类别"):
        assert shown in by_id
    assert "主动公开（全文公开）" in by_id
    assert (await site.text(f"/cases/{quote('2025年第5号建议')}")).count("三百二十条") == 1


async def test_what_was_taken_down_answers_410_with_a_sentence(site: Visited) -> None:
    log = Log()
    stream = f"disclosure-{case_id('suggestion', 99)}"
    log.tell(stream, disclosed(99))
    log.tell(stream, taken_down())
    await store(site.database, log.facts)
    for path in (f"/cases/{case_id('suggestion', 99)}", f"/cases/{quote('2025年第99号建议')}"):
        answer = await site.get(path)
        assert answer.status_code == 410
        assert "现已撤下" in answer.text
        assert "三百二十条" not in answer.text
    assert "没有符合条件" in await site.text("/cases", q="第99号")


async def test_one_of_two_replies_was_taken_down(site: Visited) -> None:
    log = Log()
    stream = f"disclosure-{case_id('suggestion', 98)}"
    for fact in (disclosed(98), disclosed(98, task="b" * 12, text="另一单位的答复"), taken_down()):
        log.tell(stream, fact)
    await store(site.database, log.facts)
    page = await site.text(f"/cases/{case_id('suggestion', 98)}")
    assert "另一单位的答复" in page
    assert "另有答复已经撤下" in page
    assert "三百二十条" not in page


@pytest.mark.parametrize(
    "path", ["/nothing", "/cases/nothing", f"/cases/{'f' * 32}", "/static/none.css"]
)
async def test_what_is_not_there_answers_404_in_words(site: Visited, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 404
    assert "没有找到您要的页面" in answer.text


async def test_a_petition_has_no_page(site: Visited) -> None:
    assert (await site.get(f"/cases/{case_id('petition', 1)}")).status_code == 404
    assert case_id("petition", 1) not in (await site.get("/sitemap.xml")).text


async def test_pages_run_no_script_and_say_so(site: Visited) -> None:
    for path in PAGES:
        answer = await site.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert " onclick" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert "set-cookie" not in answer.headers


async def test_an_unchanged_page_is_not_sent_again(site: Visited) -> None:
    first = await site.get(FIFTH)
    again = await site.http.get(FIFTH, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await site.http.head(FIFTH)).status_code == 200
    assert (await site.http.post("/cases")).status_code == 405


async def test_every_page_has_a_language_a_title_and_a_way_past_the_head(site: Visited) -> None:
    for path in PAGES:
        page = await site.text(path)
        assert '<html lang="zh-CN"' in page
        assert '<a class="skip" href="#main">' in page
        assert page.count("<h1") == 1
        assert re.search(r"<title>[^<]+_临江市人民政府</title>", page)
        assert '<meta name="ColumnName" content="建议提案办理">' in page
        for select in re.findall(r'<select id="(\w+)"', page):
            assert f'<label for="{select}">' in page


async def test_english_large_and_contrast_go_along(site: Visited) -> None:
    for path in PAGES:
        page = await site.text(path, lang="en", size="l", contrast="1")
        assert '<html lang="en" class="large contrast">' in page
        for link in re.findall(r'href="(/(?:cases|stats|accessibility)?(?:\?[^"]*)?)"', page):
            assert "lang=en" in link or "contrast=1" in link or link.startswith("/cases/"), link
    assert "Closing rate" in await site.text("/stats", lang="en")
    assert "Skip to the content" in await site.text("/", lang="en")
    assert "lang=xx" not in await site.text("/", lang="xx")


async def test_what_was_published_is_escaped(site: Visited) -> None:
    log = Log()
    evil = '<script>alert(1)</script>"&'
    fact = disclosed(97, title=evil, text=evil, replied_on=date(2025, 12, 1))
    log.tell(f"disclosure-{case_id('suggestion', 97)}", fact)
    await store(site.database, log.facts)
    for path in (f"/cases/{case_id('suggestion', 97)}", "/cases", "/feed.xml"):
        text = (await site.get(path)).text
        assert "<script>" not in text
        assert "&lt;script&gt;" in text
    assert "<script>" not in await site.text("/cases", q=evil)


async def test_simulated_data_is_called_so_on_every_page(site: Visited) -> None:
    assert "模拟时间" not in await site.text("/")
    site.clock.once_simulated = True
    for path in PAGES:
        assert "模拟时间" in await site.text(path)
    assert "模拟时间" in (await site.get("/nothing")).text


async def test_the_feed_and_the_sitemap_are_xml_with_whole_addresses(site: Visited) -> None:
    feed = ElementTree.fromstring((await site.get("/feed.xml")).content)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == 45
    link = entries[0].find(f"{atom}link")
    assert link is not None
    assert link.attrib["href"].startswith("https://www.linjiang.example/cases/")
    sitemap = ElementTree.fromstring((await site.get("/sitemap.xml")).content)
    assert len(sitemap) == 4 + 45
    assert "Sitemap: https://www.linjiang.example/sitemap.xml" in await site.text("/robots.txt")


async def test_a_sitemap_too_long_for_one_file_is_an_index_of_its_parts(
    site: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "CASES_IN_A_SITEMAP", 20)
    index = ElementTree.fromstring((await site.get("/sitemap.xml")).content)
    own, places = "https://www.linjiang.example", [str(loc.text) for loc in index.iter(LOC)]
    assert index.tag.endswith("sitemapindex")
    assert places == [f"{own}/sitemap/{part}.xml" for part in (1, 2, 3)]
    parts = [await site.get(place.removeprefix(own)) for place in places]
    found = [[loc.text for loc in ElementTree.fromstring(p.content).iter(LOC)] for p in parts]
    assert [len(part) for part in found] == [24, 20, 5]
    assert len({address for part in found for address in part}) == 4 + 45
    for strange in ("0", "4", "x", "01x", "1" * 30, "²"):
        assert (await site.get(f"/sitemap/{strange}.xml")).status_code == 404, strange


async def test_the_open_table_has_every_reply_and_no_formula(site: Visited) -> None:
    log = Log()
    stream = f"disclosure-{case_id('suggestion', 96)}"
    log.tell(stream, disclosed(96, title='=HYPERLINK("x")'))
    await store(site.database, log.facts)
    answer = await site.get("/open/cases.csv")
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 46
    assert rows[0]["承办单位"] == "市住房和城乡建设局"
    assert any(row["标题"].startswith("'=HYPERLINK") for row in rows)
    assert not any(row["标题"].startswith("=") for row in rows)


async def test_a_page_that_fails_says_so_in_words(site: Visited) -> None:
    await site.database.client.drop_database(site.database.name)
    await site.database["public_cases_g1"].insert_one({"_id": "x", "public": True})
    answer = await site.get("/cases")
    assert answer.status_code == 503
    assert "稍后再试" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"] == "60"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("model", [PUBLIC_SITE, PUBLIC_UNITS], ids=lambda model: model.name)
async def test_pages_of_a_read_model_that_is_built_again_say_so(
    site: Visited, model: Projection
) -> None:
    """They are neither empty nor of older code; pages without cases go on."""
    older = {"_id": model.name, "live": 1, "versions": {"1": model.version - 1}}
    await site.database[POINTERS].insert_one(older)
    for path in ("/", "/cases", "/cases?q=x", "/stats", FIFTH, "/feed.xml", "/open/cases.csv"):
        answer = await site.get(path)
        assert answer.status_code == 503, path
        assert "正在重新整理已公开的答复" in answer.text, path
        assert answer.headers["retry-after"] == "60"
        assert answer.headers["cache-control"] == "no-store"
    assert "<h1>Data are being prepared</h1>" in (await site.get("/cases", lang="en")).text
    await site.text("/accessibility")
    await site.database[POINTERS].update_one(older, {"$set": {"versions.1": model.version}})
    await site.text("/cases")


async def test_a_letter_keeps_the_name_that_its_unit_had_on_the_day(site: Visited) -> None:
    """A unit is renamed after the letter, and again from a day that has not come."""
    before = await site.text(FIFTH)
    names = ("市住房和城乡建设局", "市交通运输局", "市卫生健康委员会", "市发展和改革委员会")
    unit = next(name for name in names if name in before)
    for title, day in (("新名称甲局", "2025-12-31"), ("新名称乙局", "2099-01-01")):
        naming = {"title": title, "short": title, "valid_from": day}
        await site.database["public_units_g1"].update_many(
            {"directory.namings.title": unit}, {"$push": {"directory.namings": naming}}
        )
    assert unit in await site.text(FIFTH)
    assert "新名称" not in await site.text(FIFTH)
    search = await site.text("/cases")
    assert "新名称甲局" in search
    assert "新名称乙局" not in search


async def test_a_search_takes_several_words_names_and_any_width(site: Visited) -> None:
    everything = await site.text("/cases", q="停车秩序")
    assert "没有符合条件" not in everything
    for query in ("停车 李秀英", "李秀英　王建国", "２０２５年第５号建议", "2025年第 5 号建议"):
        assert "没有符合条件" not in await site.text("/cases", q=query), query
    assert "没有符合条件" in await site.text("/cases", q="停车 诸葛亮")


async def test_a_page_beyond_the_last_shows_the_last(site: Visited) -> None:
    beyond = await site.text("/cases", kind="suggestion", page="99")
    assert "第 3 页，共 3 页" in beyond
    assert "2025年第5号建议" in beyond


async def test_what_is_published_late_enters_the_feed_and_its_moment_is_the_feeds(
    site: Visited,
) -> None:
    """An old reply, published after all others."""
    log = Log()
    late = disclosed(900, replied_on=date(2024, 12, 1), title="迟公开的建议")
    log.tell(f"disclosure-{case_id('suggestion', 900)}", late)
    await store(site.database, log.facts)
    feed = ElementTree.fromstring((await site.get("/feed.xml")).text)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    titles = [entry.text or "" for entry in feed.iterfind("a:entry/a:title", atom)]
    moments = [entry.text or "" for entry in feed.iterfind("a:entry/a:updated", atom)]
    assert titles[0].endswith("迟公开的建议")
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext("a:updated", "", atom) == moments[0]


@pytest.mark.parametrize("sign", ["\x0b", "\x00", "\x1b", "\ufffe"])
async def test_no_character_of_a_title_breaks_the_feed(site: Visited, sign: str) -> None:
    await site.database["public_cases_g1"].update_one(
        {"_id": case_id("suggestion", 45)}, {"$set": {"title": f"一条{sign}建议"}}
    )
    for path in ("/feed.xml", "/sitemap.xml"):
        answer = await site.get(path)
        assert answer.status_code == 200
        ElementTree.fromstring(answer.text)
    assert "一条建议" in (await site.get("/feed.xml")).text


async def test_of_two_rounds_the_page_says_which_reply_holds(site: Visited) -> None:
    log = Log()
    stream = f"disclosure-{case_id('suggestion', 901)}"
    log.tell(stream, disclosed(901))
    second = disclosed(901, task="b" * 12, replied_on=date(2025, 9, 1))
    log.tell(stream, second.model_copy(update={"round": 2}))
    await store(site.database, log.facts)
    page = await site.text(f"/cases/{case_id('suggestion', 901)}")
    assert page.count("本答复已由第 2 次办理的答复取代") == 1
    assert page.count("这是现行有效的答复") == 1
    assert "现行有效" not in await site.text(FIFTH)


async def test_page_tags_and_the_sitemap_say_the_moment_of_publication(site: Visited) -> None:
    """At one in the morning of Beijing it is still the day before in UTC."""
    await site.database["public_cases_g1"].update_one(
        {"_id": case_id("suggestion", 5)}, {"$set": {"published": "2025-05-06T17:30:00.000Z"}}
    )
    assert '<meta name="PubDate" content="2025-05-07 01:30">' in await site.text(FIFTH)
    assert "<lastmod>2025-05-06T17:30:00.000Z</lastmod>" in await site.text("/sitemap.xml")


async def test_whoever_has_difficulties_is_told_whom_to_ask(site: Visited) -> None:
    page = await site.text("/accessibility")
    assert "临江市人民政府办公室联系：12345" in page


async def test_what_scrolls_can_be_reached_by_keyboard(site: Visited) -> None:
    for path in ("/cases", "/stats"):
        page = await site.text(path)
        assert page.count('<div class="scroll"') == page.count(
            '<div class="scroll" tabindex="0" role="region" aria-label="'
        ), path


async def test_letters_that_are_published_are_not_said_to_be_figures_only(site: Visited) -> None:
    page = await site.text("/stats")
    assert "信访件和来信来电只公布数字" not in page
    assert "来信来电经来信人同意的公布摘要" in page
