"""What a client has of a discussion: where it began, and each contribution as it was last told.

After Zulip's `verify_action`: how things were, and the events since, must come to how things are.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

ALL, NONE = 0, 2**31
Said = Mapping[str, Any]


class Picture:
    """One client's. It began after entry `since`, with all that was posted as entry `first` and later."""

    def __init__(self, since: int, contributions: Iterable[Said] = (), first: int = NONE) -> None:
        self.shown = {said["id"]: said for said in contributions}
        self.since, self.first = since, first
        self.began_with = frozenset(self.shown)

    @classmethod
    def of_snapshot(cls, answer: Said) -> "Picture":
        """What a new start shows."""
        newest = answer["snapshot"].get("contributions", [])
        return cls(answer["seq"], newest, first=newest[0]["posted_seq"] if newest else ALL)

    @classmethod
    def of_page(cls, page: str) -> "Picture":
        """What the page of a room shows, and the entry it says it shows it at."""
        [seq], [first] = re.findall(r'<live-stream [^>]*\bseq="(\d+)"', page), re.findall(r"\?before=(\d+)", page)
        items = re.findall(r'<article class="contribution.*?</article>', page.partition("<template>")[0], flags=re.S)
        return cls(int(seq), map(_of_item, items), first=int(first))

    def apply(self, entry: Said) -> None:
        """The next entry tells how a contribution is now."""
        if entry["kind"].startswith("contribution."):
            self.shown[entry["data"]["id"]] = entry["data"]


def _of_item(item: str) -> Said:
    """As much of a contribution as an item of the page shows of it."""
    [(id, voice)] = re.findall(r'data-id="([^"]+)"[^>]* data-voice="([^"]+)"', item)
    [body] = re.findall(r'data-field="html">(.*?)</div>\s*<p class="edited"', item, flags=re.S)
    is_gone = item.startswith('<article class="contribution retracted"')
    reason = re.findall("hidden by the chair: (.*)</p>", body) if is_gone else []
    shown = {"id": id, "voice": voice, "html": "" if is_gone else body, "retracted": is_gone and not reason,
             "hidden_reason": "".join(reason), "edited": 'data-field="edited" hidden' not in item}
    supports = re.findall(r'data-field="supports">(\d+)<', item)
    return shown | ({"supports": int(supports[0])} if supports else {})


def discussion(entries: Iterable[Said]) -> dict[str, Said]:
    """The contributions these entries tell of, each as it was last told."""
    told = Picture(0)
    for entry in entries:
        told.apply(entry)
    return told.shown


def is_what_a_refetch_shows(held: Picture, entries: Collection[Said]) -> list[str]:
    """What is held is what the whole record, fetched afterwards, comes to.

    That is everything that was posted from where the client's first look began, and everything touched since then.
    """
    touched = discussion(entry for entry in entries if entry["seq"] > held.since).keys()
    expected = {id: said for id, said in discussion(entries).items()
                if said["posted_seq"] >= held.first or id in touched}
    wrong = [f"{id} is missing" for id in expected.keys() - held.shown.keys()]
    wrong += [f"{id} was missing at first" for id, said in expected.items()
              if held.first <= said["posted_seq"] <= held.since and id not in held.began_with]
    wrong += [f"{id} is held and should not be" for id in held.shown.keys() - expected.keys()]
    return wrong + [f"{held.shown[id]} is held, {said} is so" for id, said in expected.items()
                    if id in held.shown and not _tells_truly(held.shown[id], said)]


def _tells_truly(held: Said, said: Said) -> bool:
    """Whether everything held of a contribution is so: a page shows less than an entry tells."""
    return all(said[name] == value for name, value in held.items())
