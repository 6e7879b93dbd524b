"""The settings: read from the environment once, checked, then frozen."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

MAX_RETENTION_DAYS = 36_500  # days
STANDARD_PORTS = {"http": 80, "https": 443}


class SettingsError(Exception):
    """A setting makes no sense; the message says which and what would."""


@dataclass(frozen=True)
class Settings:
    """How this installation runs. See docs/operating.md for each name's meaning."""

    instance: Path
    database_url: str
    secret_key: str
    url: str = "http://localhost:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    redis_url: str | None = None
    proxies: int = 0
    log: str = "text"
    metrics_token: str | None = None
    retention_days: int = 30
    demo: bool = False
    testing: bool = False
    keys_folder: Path | None = None

    @property
    def keys(self) -> Path:
        """The folder of the keys of open secret ballots: beside that of the installation, never in it, unless said."""
        return self.keys_folder or self.instance.with_name(f"{self.instance.name}-keys")

    @property
    def sample_sign_ins(self) -> Path:
        """The file that tells how to sign in to the sample dialogue; it exists only if that was loaded."""
        return self.instance / "sample-sign-ins.txt"

    @property
    def is_https(self) -> bool:
        """Whether people reach us encrypted; cookies are then bound to it."""
        return self.url.startswith("https://")

    @classmethod
    def from_env(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `DIALOGUE_*`, `HOST` and `PORT`. Raises SettingsError on nonsense."""
        instance = Path(environment.get("DIALOGUE_INSTANCE", "instance")).absolute()
        instance.mkdir(parents=True, exist_ok=True)
        port = _port(environment.get("PORT", "8000"))
        settings = cls(
            instance=instance,
            database_url=_database(environment.get("DIALOGUE_DATABASE_URL", ""), instance),
            secret_key=environment.get("DIALOGUE_SECRET_KEY") or _kept_secret(instance / "secret-key"),
            url=_origin(environment.get("DIALOGUE_URL", f"http://localhost:{port}")),
            host=environment.get("HOST", "127.0.0.1"),
            port=port,
            redis_url=environment.get("DIALOGUE_REDIS_URL") or None,
            proxies=_proxies(environment.get("DIALOGUE_PROXIES", "0")),
            log=_log(environment.get("DIALOGUE_LOG", "text")),
            metrics_token=environment.get("DIALOGUE_METRICS_TOKEN") or None,
            retention_days=_days(environment.get("DIALOGUE_RETENTION_DAYS", "30")),
            demo=environment.get("DIALOGUE_DEMO", "") == "1",
            keys_folder=_folder(environment.get("DIALOGUE_KEYS", "")),
        )
        _make(settings.keys)
        return settings


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _proxies(text: str) -> int:
    if text not in ("0", "1", "2", "3"):
        raise SettingsError(f"DIALOGUE_PROXIES must be how many proxies are in front, 0 to 3, not {text!r}.")
    return int(text)


def _log(text: str) -> str:
    if text not in ("text", "json"):
        raise SettingsError(f"DIALOGUE_LOG must be text or json, not {text!r}.")
    return text


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MAX_RETENTION_DAYS:
        raise SettingsError(f"DIALOGUE_RETENTION_DAYS must be a number from 1 to {MAX_RETENTION_DAYS}, not {text!r}.")
    return int(text)


def _origin(text: str) -> str:
    """The address as browsers write it in `Origin`: in small letters, without the scheme's own port."""
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        host, port = "", None
    whole = f"{parts.scheme}://{parts.netloc}" if host else ""
    if not host or parts.scheme not in STANDARD_PORTS or "@" in whole or text.rstrip("/").lower() != whole.lower():
        raise SettingsError(f"DIALOGUE_URL must look like https://dialogue.example, not {text!r}.")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port not in (None, STANDARD_PORTS[parts.scheme]) else "")


def _database(text: str, instance: Path) -> str:
    if not text:
        return f"sqlite:///{instance / 'dialogue.sqlite'}"
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise SettingsError("DIALOGUE_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return text


def _folder(text: str) -> Path | None:
    return Path(text).absolute() if text else None


def _make(keys: Path) -> None:
    """Make the folder of the ballots' keys, for the service alone."""
    try:
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(f"The ballots’ keys cannot be kept in {keys} ({problem.strerror}): name another folder "
                            "in DIALOGUE_KEYS.") from problem


def _kept_secret(path: Path) -> str:
    """The key that signs cookies, made at the first start and kept beside the database."""
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()
