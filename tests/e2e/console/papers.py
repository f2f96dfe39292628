"""Papers that journeys register by hand, each with a title of its own."""

from uuid import uuid4

from tests.e2e.console.browser import Person

TEXT = "出站后步行八百米才有公交车，建议在出站口增设站点。"


def title() -> str:
    return f"关于在火车站前增设公交站的建议{uuid4().hex[:8]}"


async def register(clerk: Person, about: str) -> str:
    """Registers a deputy's suggestion by the form of the page; returns the id of the case."""
    await clerk.open("/console/register")
    await clerk.page.get_by_role("button", name="代表建议").click()
    await clerk.put(
        {
            "agency": "u-city",
            "channel": "大会期间提出",
            "period": "2025",
            "session": "十五届四次",
            "in_session": "会议期间",
            "received_on": "2025-01-15",
            "proposers.0.person": "p-n001",
            "proposers.0.part": "领衔",
            "title": about,
            "text": TEXT,
            "subject": "教科文卫",
            "region": "direct",
        }
    )
    await clerk.page.locator("form.command button[type=submit]").click()
    link = clerk.page.get_by_role("status").get_by_role("link").first
    await link.wait_for()
    href = await link.get_attribute("href")
    assert href
    return href.rpartition("/")[2]
