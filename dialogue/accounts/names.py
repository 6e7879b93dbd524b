"""How a person may be called: any name in any script, without what could pass for a badge or hide."""

import unicodedata

from dialogue.core import inputs, lookalikes
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _

MAX_LENGTH = 120


def chosen(form: inputs.Form, field: str = "name", *, max_length: int = MAX_LENGTH, required: bool = True) -> str:
    """The name a form holds, cleaned; empty if not required and absent. Raises Invalid at its field."""
    typed = inputs.text(form, field, max_length=max_length, required=required)
    if not typed:
        return ""
    name = lookalikes.cleaned(typed)
    if not any(unicodedata.category(char)[0] in "LN" for char in name):
        raise Invalid(field, _("Write a name with at least one letter."))
    lookalikes.refuse_mixed(field, name)
    return inputs.text({field: name}, field, max_length=max_length)
