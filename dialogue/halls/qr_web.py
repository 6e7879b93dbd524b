"""The way into a town hall, as an address and as a picture of it."""

import io

import segno
from flask import Response, current_app, url_for

from dialogue.halls.codes import shown
from dialogue.halls.models import Hall


def join_address(hall: Hall) -> str:
    """The full address people reach the hall by, with its code."""
    return origin() + url_for("halls.join_page", code=shown(hall.code))


def origin() -> str:
    """Where this installation is reached from outside."""
    url: str = current_app.extensions["settings"].url
    return url


def picture(address: str) -> Response:
    """A QR code (ISO/IEC 18004) as SVG, dark on white with its quiet zone: readable in the dark scheme too."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=8, border=4, light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
