"""Statutory days off (全国年节及纪念日放假办法, art. 2), also of years without a published list.

The thirteen days are known long before the State Council publishes the list of a year; that list
moves weekends around them (调休), which nobody can know before.
"""

from datetime import date, timedelta

FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""元旦, 劳动节, 国庆节: month and day."""

LUNAR = {
    2027: "0206 0405 0609 0915", 2028: "0126 0404 0528 1003", 2029: "0213 0404 0616 0922",
    2030: "0203 0405 0605 0912", 2031: "0123 0405 0624 1001", 2032: "0211 0404 0612 0919",
    2033: "0131 0404 0601 0908", 2034: "0219 0405 0620 0927", 2035: "0208 0405 0610 0916",
    2036: "0128 0404 0530 1004", 2037: "0215 0404 0618 0924", 2038: "0204 0405 0607 0913",
    2039: "0124 0405 0527 1002", 2040: "0212 0404 0614 0920", 2041: "0201 0404 0603 0910",
    2042: "0122 0404 0622 0928", 2043: "0210 0405 0611 0917", 2044: "0130 0404 0531 1005",
    2045: "0217 0404 0619 0925", 2046: "0206 0404 0608 0915", 2047: "0126 0405 0529 1004",
    2048: "0214 0404 0615 0922", 2049: "0202 0404 0604 0911", 2050: "0123 0404 0623 0930",
}  # fmt: skip
"""正月初一, 清明, 端午, 中秋 of each year (month and day), by the lunar calendar."""
EVE_TO_THIRD = range(-1, 3)
"""春节: four days, from 除夕 to 初三."""


def statutory_days(year: int) -> frozenset[date]:
    """Returns the statutory days off of a year; without those of the lunar calendar for years
    that the table does not have."""
    fixed = {date(year, month, day) for month, day in FIXED}
    feasts = [date(year, int(each[:2]), int(each[2:])) for each in LUNAR.get(year, "").split()]
    spring = {feasts[0] + timedelta(days=n) for n in EVE_TO_THIRD} if feasts else set()
    return frozenset(fixed | spring | set(feasts[1:]))
