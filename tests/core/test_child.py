"""Child processes are bounded in all they take, and end with their parent."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dialogue.core import child, markdown_child
from dialogue.core.child import Child, Ended, Limits, TooMuch, TooSlow
from dialogue.exports.jobs import child as exports_child
from dialogue.outcomes import summary_worker
from dialogue.proposals import comparing_worker

ROOT = Path(__file__).parents[2]
SMALL = Limits(input_bytes=200_000, output_bytes=200_000, memory_bytes=200_000_000)
WORKERS = {"markdown": (markdown_child.COMMAND, markdown_child.LIMITS),
           "comparing": (comparing_worker.COMMAND, comparing_worker.LIMITS),
           "summary": (summary_worker.COMMAND, summary_worker.LIMITS),
           "exports": ([*exports_child.COMMAND, "nowhere"], exports_child.LIMITS)}
linux = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the system cannot bound another process")


def python(code: str) -> list[str]:
    """The command that runs this code."""
    return [sys.executable, "-c", code]


def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, at most a minute."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Whether the process is gone, or waits only to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


def test_a_question_and_an_answer_larger_than_a_pipe_arrive_whole() -> None:
    question = os.urandom(190_000)
    assert child.ask(python("import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"),
                     question, 60, SMALL) == question[::-1]


def test_a_child_that_fails_gives_no_answer() -> None:
    with pytest.raises(Ended):
        child.ask(python("print('half'); raise SystemExit(1)"), b"", 60, SMALL)


def test_a_child_that_reads_nothing_and_ends_gives_no_answer() -> None:
    with pytest.raises(Ended):
        child.ask(["false"], b"x" * 190_000, 60, SMALL)


def test_a_program_that_is_not_there_gives_no_answer_and_leaves_no_file_open() -> None:
    before = descriptors()
    with pytest.raises(Ended):
        child.ask(["/nowhere/at/all"], b"", 60, SMALL)
    assert descriptors() == before


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "while True: pass",
                                  "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"])
def test_a_child_whose_time_is_up_is_killed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    spawned = child._spawned
    monkeypatch.setattr(child, "_spawned", lambda command: started.append((all_ := spawned(command))[0]) or all_)
    before = descriptors()
    with pytest.raises(TooSlow):
        child.ask(python(code), b"", 0.3, SMALL)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)
    assert descriptors() == before


def test_a_child_that_closes_its_output_and_stays_is_killed() -> None:
    with pytest.raises(TooSlow):
        child.ask(python("import os, time; os.close(1); time.sleep(60)"), b"", 1, SMALL)


def test_more_input_than_allowed_is_not_sent() -> None:
    with pytest.raises(TooMuch):
        child.ask(python("print(1)"), b"x" * 200_001, 60, SMALL)


def test_more_output_than_allowed_is_not_kept() -> None:
    with pytest.raises(TooMuch):
        child.ask(python("while True: print('x' * 1000)"), b"", 60, SMALL)


def test_a_line_longer_than_allowed_is_not_kept() -> None:
    with Child(python("while True: print('x' * 1000, end='')"), SMALL) as running, pytest.raises(TooMuch):
        running.receive_line(time.monotonic() + 60)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_service_leaves_the_child_to_finish_for_its_parent(stop: signal.Signals) -> None:
    with Child(python("import sys; print('begun', flush=True); print(sys.stdin.read())"), SMALL) as running:
        running.receive_line(time.monotonic() + 60)
        os.kill(running.pid, stop)
        running.send(b"done", time.monotonic() + 60)
        running.close_input()
        assert running.receive_line(time.monotonic() + 60) == b"done\n"
        assert running.wait(time.monotonic() + 60) == 0


@linux
def test_a_child_gets_no_more_memory_than_allowed() -> None:
    code = "import sys; sys.stdin.read(); bytearray({}); print('there')"
    assert child.ask(python(code.format(50_000_000)), b"", 60, SMALL) == b"there\n"
    with pytest.raises(Ended):
        child.ask(python(code.format(400_000_000)), b"", 60, SMALL)


@linux
def test_a_child_leaves_no_core_dump_whatever_its_parent_may() -> None:
    with Child(python("import time; time.sleep(60)"), SMALL) as running:
        limits = Path(f"/proc/{running.pid}/limits").read_text().splitlines()
        [line] = [line for line in limits if "core" in line]
        assert line.split()[4:6] in (["1", "1"], ["0", "0"])


def test_a_child_goes_after_its_parent_where_it_is_told_to() -> None:
    with Child(python("import time; time.sleep(60)"), Limits(1, 1, 200_000_000, nice=10)) as running:
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, running.pid) == min(19, ours + 10)


@pytest.mark.parametrize("worker", WORKERS)
def test_no_child_knows_key_or_database(worker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DIALOGUE_SECRET_KEY", "DIALOGUE_DATABASE_URL", "PGPASSWORD"):
        monkeypatch.setenv(name, "secret")
    command, limits = WORKERS[worker]
    with Child(command, limits) as running:
        until(lambda: b"PYTHONPATH" in Path(f"/proc/{running.pid}/environ").read_bytes())
        names = Path(f"/proc/{running.pid}/environ").read_bytes()
    assert b"DIALOGUE_" not in names
    assert b"secret" not in names


@pytest.mark.parametrize("worker", WORKERS)
def test_each_worker_has_the_kernel_end_it_with_its_parent(worker: str) -> None:
    command, limits = WORKERS[worker]
    with Child(command, limits) as running:
        info = Path(f"/proc/{running.pid}/fdinfo/3")
        until(lambda: info.exists() and any(
            line.startswith("flags:") and int(line.split()[1], 8) & os.O_ASYNC
            for line in info.read_text().splitlines()))
        os.close(running._lifeline)  # As when the parent is killed.
        running._lifeline = -1
        assert running.wait(time.monotonic() + 60) == -signal.SIGIO


BUSY = "from dialogue.core import lifeline; lifeline.hold(); print('busy', flush=True); sum(range(10 ** 13))"
PARENT = """
import sys, time
from dialogue.core.child import Child, Limits
running = Child([sys.executable, "-c", {busy!r}], Limits(1, 100, 200_000_000))
running.receive_line(time.monotonic() + 60)
print(running.pid, flush=True)
time.sleep(60)
"""


def test_a_child_ends_with_a_killed_parent_in_the_midst_of_a_computation() -> None:
    code = PARENT.format(busy=BUSY)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        parent.kill()
    until(lambda: is_gone(pid))


def test_a_child_whose_parent_is_gone_before_it_begins_ends() -> None:
    code = "import time; time.sleep(0.5)\nfrom dialogue.core import lifeline; lifeline.hold(); time.sleep(60)"
    with Child(python(code), SMALL) as running:
        os.close(running._lifeline)
        running._lifeline = -1
        assert running.wait(time.monotonic() + 60) == 1


GREENLETS = """
from gevent import monkey; monkey.patch_all()
import gevent, gevent.subprocess, sys, time
from dialogue.core import child
gevent.subprocess.check_output(["true"])  # From now on the loop collects every child that ends.
limits = child.Limits(1000, 1000, 200_000_000)
code = "import sys, time; said = sys.stdin.read(); time.sleep(0.3); print(said)"
ask = lambda said: child.ask([sys.executable, "-c", code], said, 60, limits)
beats = 0
def heart():
    global beats
    while True:
        gevent.sleep(0.005)
        beats += 1
gevent.spawn(heart)
greenlets = [gevent.spawn(ask, b"%d" % n) for n in range(3)]
pooled = [gevent.get_hub().threadpool.spawn(ask, b"%d" % n) for n in range(3)]
gevent.joinall(greenlets)
assert [one.value for one in greenlets] == [one.get() for one in pooled] == [b"0\\n", b"1\\n", b"2\\n"]
print(beats)
"""


def test_while_greenlets_and_pool_threads_wait_for_children_the_loop_goes_on() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", GREENLETS], cwd=ROOT, capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.stderr == ""
    assert int(done.stdout) > 10


def test_a_forked_process_closes_its_ends_and_leaves_the_child_to_the_parent() -> None:
    with Child(python("import sys; print(sys.stdin.read())"), SMALL) as running:
        forked = os.fork()
        if forked == 0:
            running.abandon()
            os._exit(0)
        assert os.waitpid(forked, 0)[1] == 0
        running.send(b"still here", time.monotonic() + 60)
        running.close_input()
        assert running.receive_line(time.monotonic() + 60) == b"still here\n"
