"""A channel that does not answer as a channel, in words a person can act on."""

from __future__ import annotations

import re
from typing import NamedTuple

from rattler import Gateway
from rattler.exceptions import GatewayError

from jupyter_envs.core.errors import DownloadError
from jupyter_envs.core.secrets import redact

from .request import SolveRequest

MOST_DETAILS = 20_000


class _Cause(NamedTuple):
    pattern: str
    code: str
    says: str
    hint: str


_CAUSES = (
    _Cause(
        r"\b407\b|proxy authentication",
        "E215",
        "asks for a proxy's password",
        "Put the proxy with its login into the environment of the server, as `HTTPS_PROXY`",
    ),
    _Cause(
        r"certificate|UnknownIssuer|InvalidContentType|tls|handshake",
        "E214",
        "has no certificate that can be trusted",
        "Check the clock and the address; for a CA of your own set `ssl_verify` in `.condarc`",
    ),
    _Cause(
        r"\b40[13]\b",
        "E210",
        "asks for a login",
        "Log in to it, or remove it from `channels`",
    ),
    _Cause(
        r"could not find subdir|\b404\b|\b410\b|No such file",
        "E210",
        "has no packages at its address",
        "Check its name in the file; a private channel may need a login",
    ),
    _Cause(
        r"expected value at line 1 column 1|invalid type|expected struct",
        "E211",
        "answers with something that is no list of packages, as a login page",
        "Open its address in a browser, log in to the network, then build again",
    ),
    _Cause(
        r"EOF while|end of file|before message length|decompress|incomplete",
        "E212",
        "sent an answer that was cut off",
        "Build again; if it stays, tell the channel's owner",
    ),
    _Cause(
        r"too large",
        "E213",
        "sent more than fits",
        "Remove it from `channels`, or tell its owner",
    ),
    _Cause(
        r"dns error|resolv|lookup address",
        "E216",
        "has a host that nobody knows",
        "Check its name and the network, then build again",
    ),
    _Cause(
        r"timed? ?out|connect|connection|\b50[0-9]\b",
        "E217",
        "does not answer",
        "Check the network and the proxy, then build again",
    ),
    _Cause(
        r"not a supported scheme|scheme",
        "E153",
        "has an address that is not supported",
        "Use an `https://` address",
    ),
)
_OTHER = _Cause(
    "",
    "E210",
    "could not be read",
    "Check the channel's name in the file, the network and the proxy, then build again",
)


async def unreachable(reason: str, request: SolveRequest, gateway: Gateway) -> DownloadError:
    """The error of the first channel that does not answer; `reason` are the engine's own words."""
    for url in request.channels:
        refused = await _refusal(url, request, gateway)
        if refused:
            return _error(url, refused)
    return _error("", reason)


async def _refusal(url: str, request: SolveRequest, gateway: Gateway) -> str:
    try:
        await gateway.names([url], request.subdirs)
    except GatewayError as error:
        return str(error)
    return ""


def _error(url: str, reason: str) -> DownloadError:
    found = (c for c in _CAUSES if re.search(c.pattern, _without_addresses(reason), re.IGNORECASE))
    cause = next(found, _OTHER)
    which = f"Channel `{redact(url)}`" if url else "A channel"
    return DownloadError(
        cause.code,
        f"{which} {cause.says}",
        cause.hint,
        details=redact(reason)[:MOST_DETAILS],
    )


def _without_addresses(reason: str) -> str:
    """A port or a channel's name tells nothing of what went wrong."""
    return re.sub(r"\w+://\S+|`[^`]*`|'[^']*'", " ", reason)
