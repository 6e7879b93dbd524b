"""What this machine has for measuring, and programs on a core of their own."""

import os
import platform
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KIT = ROOT.parent / "shared" / "bench"  # the generator and the peer; kept outside the project
CACHE = ROOT / ".cache" / "bench"  # what is compiled and installed for measuring; not in git
# The core and the number of open files are set before the program begins, so that all its threads inherit them.
_LAUNCH = (
    "import os, resource, sys; hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]; "
    "resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard)); "
    "os.sched_setaffinity(0, {int(sys.argv[1])}); os.execvp(sys.argv[2], sys.argv[2:])"
)


def described() -> str:
    """The machine in one line."""
    return (f"{os.cpu_count()} cores{_model()}, {platform.system()} {platform.machine()}, "
            f"Python {platform.python_version()}")


def _model() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f" ({models[0]})" if models else ""


def lacks(kit: Path) -> list[str]:
    """What the live measurements need and this machine has not, as sentences. Empty: they can be made."""
    needs = {
        "This is no Linux: cores and memory cannot be told apart.": hasattr(os, "sched_setaffinity"),
        f"The generator is not there ({kit.name}/load.c beside the project).": (kit / "load.c").exists(),
        "There is no C compiler for the generator.": shutil.which("cc") is not None,
    }
    return [sentence for sentence, given in needs.items() if not given]


def cores() -> tuple[int, int]:
    """The server's core and the generator's; the same one where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[min(1, len(usable) - 1)]


def pinned(command: list[str], core: int) -> list[str]:
    """The command, run on one core only and with as many open files as are allowed."""
    return [sys.executable, "-I", "-c", _LAUNCH, str(core), *command]
