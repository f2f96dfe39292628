"""Settings of the public site."""

from pathlib import Path

from pydantic import Field

from shared.service.settings import ServiceSettings

PAGES = Path(__file__).parents[2] / "web" / "site"


class SiteSettings(ServiceSettings):
    """Publisher and address of the public site, beside the settings of every process."""

    site_name: str = Field("临江市人民政府", description="whose site it is")
    site_organiser: str = Field("临江市人民政府办公室", description="主办单位, in the footer")
    site_operator: str = Field("市政府督查室", description="承办单位, in the footer")
    site_contact: str = Field(
        "12345 政务服务便民热线", description="联系方式, in the accessibility statement"
    )
    site_keeps_seconds: float = Field(
        5, ge=0, le=60, description="for how long the site keeps figures and names that it has read"
    )
    site_marks: str = Field("", description="网站标识码、ICP 备案号等, in the footer")
    site_url: str = Field(
        "", description="public address, for feeds and the sitemap; empty: as requested"
    )
    site_pages: Path = Field(PAGES, description="folder of templates, words and styles")
