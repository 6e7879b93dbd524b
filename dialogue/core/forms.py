"""Forms that were refused: shown again on their page, with the message at the field and what was typed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, request

from dialogue.core.errors import Conflict, DomainError, Invalid, TooMany
from dialogue.core.names.refusal import Named, Piece
from dialogue.core.near_names import Near

View = Callable[..., Any]


@dataclass(frozen=True)
class Typed:
    """What was typed into a form that was refused; empty for every other form."""

    values: Mapping[str, Any] = field(default_factory=dict)
    refusal: DomainError | None = None

    def value(self, name: str, otherwise: object = "") -> Any:
        """What stood in the field, or the value it starts with."""
        return self.values.get(name, otherwise) if self.refusal else otherwise

    def values_of(self, name: str, otherwise: Any = ()) -> Any:
        """All values of a field that may be given several times."""
        return request.form.getlist(name) if self.refusal else otherwise

    def error(self, name: str) -> object | None:
        """The message to print at the field."""
        return self._wrong.get(name)

    @property
    def is_near(self) -> bool:
        """Whether the page only warns of a name that is nearly there already."""
        return isinstance(self.refusal, Near)

    def marked(self, name: str) -> Collection[Piece]:
        """The refused text of the field in pieces, what may name someone marked."""
        return self.refusal.marked.get(name, ()) if isinstance(self.refusal, Named) else ()

    @property
    def can_be_vouched(self) -> bool:
        """Whether the writer may answer for the names in it, or did."""
        return bool(self.value("vouched")) or (isinstance(self.refusal, Named) and self.refusal.can_be_vouched)

    @property
    def errors(self) -> dict[str, object]:
        """Field to message; "form" stands for the form as a whole."""
        return {name or "form": message for name, message in self._wrong.items()}

    @property
    def _wrong(self) -> Mapping[str, object]:
        if isinstance(self.refusal, Invalid):
            return self.refusal.wrong
        return {self.refusal.field or "": self.refusal.message} if self.refusal else {}


def typed(form: str) -> Typed:
    """For templates: what was typed into the form of this name, if it is the one that was refused."""
    refused: tuple[str, Typed] | None = g.get("refused")
    return refused[1] if refused and refused[0] == form else Typed()


def page_named(endpoint: str, *names: str) -> View:
    """Return the page of a later chapter, which cannot be imported here; it takes these parts of the address."""

    def page(**parts: Any) -> Any:
        return current_app.view_functions[endpoint](**{name: parts[name] for name in names})

    return page


def redisplays(page: View, form: str) -> Callable[[View], View]:
    """Show `page` again (called with the same address parts) when the handler's action refuses the form."""

    def decorate(handler: View) -> View:
        @wraps(handler)
        def answer(**parts: Any) -> Any:
            try:
                return handler(**parts)
            except (Invalid, Conflict, TooMany) as refusal:
                g.refused = (form, Typed(request.form, refusal))
                response: Response = make_response(page(**parts))
                response.status_code = refusal.status
                return response

        return answer

    return decorate
