"""The address of an installation, as browsers write it in `Origin`."""

from pathlib import Path

import pytest

from dialogue.settings import Settings, SettingsError


@pytest.mark.parametrize(("written", "origin"), [
    ("https://dialogue.example", "https://dialogue.example"), ("https://dialogue.example/", "https://dialogue.example"),
    ("HTTPS://Dialogue.Example", "https://dialogue.example"), ("https://a.example:443/", "https://a.example"),
    ("http://a.example:80", "http://a.example"), ("http://a.example:443", "http://a.example:443"),
    ("https://dialogué.example", "https://xn--dialogu-hya.example"), ("http://[::1]:8000", "http://[::1]:8000"),
])
def test_the_address_is_kept_as_browsers_send_it(tmp_path: Path, written: str, origin: str) -> None:
    settings = Settings.from_env({"DIALOGUE_INSTANCE": str(tmp_path), "DIALOGUE_URL": written})
    assert settings.url == origin


@pytest.mark.parametrize("written", [
    "nonsense", "ftp://a.example", "https://", "https://a.example/below", "https://me@a.example", "https://a.example:x",
    "https://a.example?x", "https://a.example/#x", "https://a..example", "https://:443", "//a.example",
])
def test_an_address_that_is_no_origin_is_refused_at_the_start(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsError, match="DIALOGUE_URL"):
        Settings.from_env({"DIALOGUE_INSTANCE": str(tmp_path), "DIALOGUE_URL": written})
