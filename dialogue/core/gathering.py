"""Reading several fields of a form and refusing all wrong ones together, each at its field."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar, cast

from dialogue.core.errors import Invalid

Parameters = ParamSpec("Parameters")
Value = TypeVar("Value")


class Reader:
    """Calls parsers of fields and notes what they refuse."""

    def __init__(self) -> None:
        self.wrong: dict[str, object] = {}

    def __call__(self, parse: Callable[Parameters, Value], *args: Parameters.args,
                 **kwargs: Parameters.kwargs) -> Value:
        """Return what the parser returns. After a refusal the value is never used: the block ends in Invalid."""
        try:
            return parse(*args, **kwargs)
        except Invalid as refusal:
            self.wrong |= {name: said for name, said in refusal.wrong.items() if name not in self.wrong}
            return cast(Value, None)


@contextmanager
def together() -> Iterator[Reader]:
    """Read fields in this block, and do nothing else; its end raises one Invalid that holds every wrong field."""
    read = Reader()
    yield read
    if read.wrong:
        raise Invalid.several(read.wrong)
