"""Addresses of callers, and the networks by which they are counted."""

from ipaddress import IPv6Address, ip_address, ip_network

SOURCE_BITS, NETWORK_BITS = 64, 48
"""Prefixes of IPv6: that of one link, which one caller has as a whole, and that of one site, which
may have 65,536 links."""


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def within(host: str, bits: int) -> str:
    """Returns the network of an IPv6 address; another address, or a name, as it is. IPv4 in IPv6 is
    IPv4: all of it is one network of IPv6."""
    if not (is_address(host) and isinstance(address := ip_address(host), IPv6Address)):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), bits), strict=False))
