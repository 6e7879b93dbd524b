"""Servers that end when the tests end, however the tests end.

Each server is the child of a small guardian process, which is the child of the tests and holds one
end of a pipe. When the pipe closes – on purpose, after a failure, or because the tests were killed –
the guardian ends the server and removes its folder.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

PATIENCE = 10  # seconds a server has to end by itself


class Server:
    """A started program. `pid` is its own number, not its guardian's."""

    def __init__(
        self,
        command: list[str],
        *,
        log: Path,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        user: int | None = None,
        stop_with: signal.Signals = signal.SIGTERM,
        remove: Path | None = None,
    ) -> None:
        guardian = [sys.executable, "-I", __file__, f"--log={log}", f"--stop-with={stop_with.value}"]
        guardian += [f"--user={user}"] if user is not None else []
        guardian += [f"--remove={remove}"] if remove else []
        self.log = log
        # A session of its own: Ctrl-C reaches the tests, and they decide the order of ending.
        self._guardian = subprocess.Popen(
            [*guardian, "--", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
        assert self._guardian.stdout is not None
        self.pid = int(self._guardian.stdout.readline())

    def runs(self) -> bool:
        """Say whether the program is still there."""
        return self._guardian.poll() is None

    def stop(self) -> None:
        """End the program politely, by force if need be, and wait for it. Safe to repeat."""
        self._guardian.communicate()

    def kill(self) -> None:
        """End the program as a power cut would (kill -9), and wait for it."""
        if self.runs():
            os.kill(self.pid, signal.SIGKILL)
        self.stop()

    def last_words(self, lines: int = 40) -> str:
        """Return the end of the program's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def guard() -> int:
    """Run the command given on the command line until it ends or standard input closes."""
    options = _options()
    with open(options.log, "ab") as log:
        server = subprocess.Popen(
            options.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_as_user(options.user)
        )
    print(server.pid, flush=True)  # noqa: T201 (read by the tests)
    threading.Thread(target=_end_with_the_tests, args=(server, options.stop_with), daemon=True).start()
    code = server.wait()
    if options.remove:
        shutil.rmtree(options.remove, ignore_errors=True)
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", required=True)
    parser.add_argument("--stop-with", type=int, required=True)
    parser.add_argument("--user", type=int)
    parser.add_argument("--remove")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def _as_user(user: int | None) -> dict[str, object]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _end_with_the_tests(server: subprocess.Popen[bytes], stop_with: int) -> None:
    sys.stdin.buffer.read()
    server.send_signal(stop_with)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    sys.exit(guard())
