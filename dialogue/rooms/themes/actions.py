"""Adding themes and changing their texts."""

from sqlalchemy.exc import IntegrityError

from dialogue.accounts.models import Person
from dialogue.core import reformatting, richtext
from dialogue.core.clock import now
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE
from dialogue.core.transaction import transaction
from dialogue.rooms.events import ThemeAdded, ThemeChanged
from dialogue.rooms.models import Theme

TITLE_IS_TAKEN = _("There is a theme with this title already.")


def add_theme(person: Person, *, title: str, description: str = "") -> Theme:
    """Add a thematic priority. Raises Invalid when another one has its title."""
    html = richtext.render(description)
    with transaction() as tx:
        permit(person, Permission.THEME_EDIT)
        theme = Theme(title=title, description=description, html=html, created_at=now())
        try:
            tx.add(theme)
        except IntegrityError as taken:
            raise Invalid("title", TITLE_IS_TAKEN) from taken
        reformatting.note(tx, Theme, {"id": theme.id, "html": html})
        tx.record(ThemeAdded(stream_id=HOUSE, theme_id=theme.id))
    return theme


def change_theme(person: Person, theme_id: str, *, title: str, description: str) -> Theme:
    """Reword a theme. Raises Invalid when another one has its title."""
    html = richtext.render(description)
    with transaction() as tx:
        theme = tx.fetch(Theme, theme_id)
        permit(person, Permission.THEME_EDIT)
        theme.title, theme.description, theme.html = title, description, html
        try:
            tx.session.flush()
        except IntegrityError as taken:
            raise Invalid("title", TITLE_IS_TAKEN) from taken
        reformatting.note(tx, Theme, {"id": theme.id, "html": html})
        tx.record(ThemeChanged(stream_id=HOUSE, theme_id=theme.id))
    return theme
