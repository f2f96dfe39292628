"""Items of a text, one a line, as people number them."""

import re

ITEM_NUMBER = re.compile(r"^(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[.、．)）](?![0-9])\s*")
"""A number before an item; 3.5 is none."""


def items_of(text: str) -> list[str]:
    """Returns the lines that are not empty, without their numbers."""
    lines = (ITEM_NUMBER.sub("", line.strip()) for line in text.splitlines())
    return [line for line in lines if line]
