"""What travels to the process that writes: plain data, words, and how it is to look; nothing else does."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    """One document to be written; all of it is JSON. `written_on` is a day (ISO), `direction` ltr or rtl."""

    subject: str
    file: str
    language: str
    direction: str
    written_on: str
    sections: list[str]
    words: dict[str, str]
    data: dict[str, Any]

    def sent(self) -> bytes:
        """The job as bytes."""
        return json.dumps(asdict(self), ensure_ascii=False).encode("utf-8", "replace")

    @classmethod
    def received(cls, sent: bytes) -> "Job":
        """What `sent` made."""
        return cls(**json.loads(sent))
