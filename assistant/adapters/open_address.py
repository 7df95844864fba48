"""Whether everybody reaches an address: what a stranger's page or feed leads to may be on our own network."""

import ipaddress
import socket

import httpx


def require_public(url: httpx.URL, *, instead: str) -> None:
    """Raises `ValueError` where only our own network reaches its host; `instead` says what to do."""
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except OSError:
        return  # nobody reaches it
    if not all(_is_public(str(each[4][0])) for each in found):
        raise ValueError(f"leads to {url.host}, which isn't everybody's; {instead}")


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address)
    inner = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return (inner or known).is_global
