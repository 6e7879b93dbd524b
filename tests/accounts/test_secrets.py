"""Passwords are judged in threads of their own, and a wrong one is an answer, not a crash."""

import subprocess
import sys

from tests.app_server import ROOT

WRONG = """
from gevent import monkey
monkey.patch_all()
from dialogue.accounts import secrets
kept = secrets.hash_password("correct horse battery staple")
assert secrets.is_password(kept, "correct horse battery staple")
assert not secrets.is_password(kept, "another horse battery staple")
assert not secrets.is_password("no hash at all", "another horse battery staple")
assert not secrets.is_password(None, "another horse battery staple")
"""


def test_a_wrong_password_reports_no_crash() -> None:
    told = subprocess.run([sys.executable, "-c", WRONG], cwd=ROOT, capture_output=True, text=True)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")
