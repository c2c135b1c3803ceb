"""What goes wrong while a channel is made."""


class ChannelError(RuntimeError):
    """The channel cannot be made."""
