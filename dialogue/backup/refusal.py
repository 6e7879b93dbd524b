"""Why a backup or a restore did not take place."""


class Refused(Exception):
    """It did not take place and nothing was changed; the message says why and what can be done."""


class Damaged(Refused):
    """The file is not what was written."""
