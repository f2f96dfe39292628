"""Masked names of citizens, the form that the public may read."""

COMPOUND_SURNAMES = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙",
    "令狐", "慕容", "司徒", "夏侯", "宇文", "长孙", "端木", "南宫",
)  # fmt: skip


def mask(name: str) -> str:
    """Returns the surname and two asterisks, however long the given name is."""
    compound = name.startswith(COMPOUND_SURNAMES) and len(name) > len("欧阳")
    return f"{name[:2] if compound else name[:1]}**"
