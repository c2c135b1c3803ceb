"""A real conda channel, made on this machine for tests, benchmarks and the demonstration."""

from .build import Channel, default_cache, make_channel
from .errors import ChannelError
from .layout import channel_alias_base, condarc_text
from .server import ChannelServer, Request, serve

__all__ = [
    "Channel",
    "ChannelError",
    "ChannelServer",
    "Request",
    "channel_alias_base",
    "condarc_text",
    "default_cache",
    "make_channel",
    "serve",
]
