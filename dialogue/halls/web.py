from flask import Blueprint

bp = Blueprint("halls", __name__)
