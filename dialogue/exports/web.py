from flask import Blueprint

from dialogue.exports import ballots

bp = Blueprint("exports", __name__)
bp.register_blueprint(ballots.bp)
