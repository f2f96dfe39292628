"""How many operations the store was asked for: what noise cannot change either."""

from typing import Any


async def operations(mongo: Any, space: str) -> int:
    """On the databases of one installation, ever; what others ask for beside it does not count."""
    totals = (await mongo.admin.command("top"))["totals"]
    return sum(
        of["total"]["count"]
        for name, of in totals.items()
        if name != "note" and name.startswith(f"{space}_")
    )
