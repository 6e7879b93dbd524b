"""The sections of a summary, in the order in which it is read."""

from typing import Literal, get_args

Section = Literal["themes", "convergence", "divergence", "proposals", "next_steps", "points"]
SECTIONS: tuple[Section, ...] = get_args(Section)
