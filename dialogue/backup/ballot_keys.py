"""The keys of open secret ballots, in a file apart: with the backup it tells who voted how, so it is kept elsewhere."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from dialogue.backup.files import whole
from dialogue.backup.refusal import Damaged
from dialogue.votes import keys

FORMAT = "dialogue-ballot-keys"


def of(ballot_ids: Iterable[str]) -> dict[str, bytes]:
    """The keys of these ballots that are there."""
    found = {ballot_id: keys.find(ballot_id) for ballot_id in ballot_ids}
    return {ballot_id: key for ballot_id, key in found.items() if key is not None}


def write(target: Path, held: Mapping[str, bytes]) -> None:
    """Write them, readable to the owner alone."""
    body = {ballot_id: key.hex() for ballot_id, key in held.items()}
    with whole(target) as file:
        file.write(json.dumps({"format": FORMAT, "keys": body, "sha256": _digest(body)}, indent=1).encode())


def read(source: Path) -> dict[str, bytes]:
    """The keys in a file. Raises Damaged."""
    try:
        told = json.loads(source.read_bytes())
        if told["format"] != FORMAT or told["sha256"] != _digest(told["keys"]):
            raise ValueError(FORMAT)
        return {ballot_id: bytes.fromhex(key) for ballot_id, key in told["keys"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{source} holds no keys of ballots, or it is damaged. Nothing was changed.") from error


def put_back(held: Mapping[str, bytes], open_ballots: Iterable[str]) -> int:
    """Keep the keys of those ballots that are open; returns how many."""
    wanted = [ballot_id for ballot_id in open_ballots if ballot_id in held]
    for ballot_id in wanted:
        keys.put_back(ballot_id, held[ballot_id])
    return len(wanted)


def _digest(body: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
