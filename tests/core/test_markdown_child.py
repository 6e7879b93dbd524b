"""The Markdown child serves many at once, is replaced when it fails, and ends with its parent."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dialogue.core import markdown_child
from dialogue.core.richtext import render

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def patience():
    """Other tests may keep the machine busy; here only the answer matters, not when it comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown_child, "ANSWER_SECONDS", 30.0)
        patch.setattr(markdown_child, "QUEUE_SECONDS", 30.0)
        yield


def test_a_killed_child_is_replaced_without_an_error():
    render("*first*")
    before = markdown_child._line.child.pid
    os.kill(before, signal.SIGKILL)
    time.sleep(0.05)
    assert render("*after the kill*") == '<p dir="auto"><em>after the kill</em></p>'
    assert markdown_child._line.child.pid != before


def test_a_stuck_child_is_killed_and_the_words_are_shown():
    render("*start*")
    stuck = markdown_child._line.child.pid
    os.kill(stuck, signal.SIGSTOP)
    assert render("*stuck* <b>") == '<p dir="auto">*stuck* &lt;b&gt;</p>'
    assert render("*stuck* <b>") == '<p dir="auto"><em>stuck</em> &lt;b&gt;</p>'
    with pytest.raises(ProcessLookupError):
        os.kill(stuck, 0)


def test_many_threads_each_get_their_own_answer():
    answers = {}

    def work(number):
        for turn in range(20):
            answers[number, turn] = render(f"*{number}/{turn}*")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with patience():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == 160
    assert all(f"<em>{a}/{b}</em>" in answer for (a, b), answer in answers.items())


def run(code):
    """Run `code` in a fresh interpreter in which warnings are errors; its output must be clean."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


GREENLETS = """
from gevent import monkey; monkey.patch_all()
import gevent, gevent.subprocess, time
from dialogue.core.richtext import render
gevent.subprocess.check_output(["true"])  # From now on the loop collects every child that ends.
render("*start*")
gaps, last = [], time.monotonic()
def heart():
    global last
    while True:
        gevent.sleep(0.005)
        gaps.append(time.monotonic() - last); last = time.monotonic()
beating = gevent.spawn(heart)
bomb = gevent.spawn(render, "[" * 9000)
jobs = [gevent.spawn(render, f"*{n}*") for n in range(50)]
pooled = [gevent.get_hub().threadpool.spawn(render, f"**{n}**") for n in range(20)]
gevent.joinall([bomb, *jobs])
assert bomb.value.count("[") == 9000
assert all(f"<em>{n}</em>" in job.value for n, job in enumerate(jobs)), [j.value for j in jobs]
assert all(f"<strong>{n}</strong>" in job.get() for n, job in enumerate(pooled))
impatient = gevent.spawn(render, "[" * 9001)
gevent.sleep(0.1); impatient.kill()
assert render("*after*") == '<p dir="auto"><em>after</em></p>'
import os, signal
from dialogue.core import markdown_child
os.kill(markdown_child._line.child.pid, signal.SIGKILL); gevent.sleep(0.1)
assert "<em>" in render("*again*")
print(len(gaps), max(gaps))
"""


def test_while_one_greenlet_waits_for_the_child_the_others_go_on():
    beats, longest = run(GREENLETS).split()
    assert int(beats) > 20
    assert float(longest) < 0.3


@pytest.mark.parametrize("patch", ["", "from gevent import monkey; monkey.patch_all()\n"])
def test_the_child_ends_with_its_parent_and_warns_of_nothing(patch):
    code = "from dialogue.core import richtext, markdown_child\n"
    code += "richtext.render('*a*'); print(markdown_child._line.child.pid)"
    pid = int(run(patch + code))
    assert _ends(pid)


BUSY = """
from dialogue.core import markdown_child, richtext
richtext.render("*a*")
print(markdown_child._line.child.pid, flush=True)
while True:
    markdown_child.ask("[" * 9000)
"""


def test_the_child_ends_even_if_its_parent_is_killed_at_work():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        time.sleep(0.1)
        parent.kill()
    assert _ends(pid)


FORKED = """
import os
from dialogue.core import markdown_child, richtext
richtext.render("*a*")
before = markdown_child._line.child.pid
forked = os.fork()
answered = "<em>b" in richtext.render("*b*")
same = markdown_child._line.child.pid == before
if forked == 0:
    os._exit(0 if answered and not same else 1)
print(answered, same, os.waitpid(forked, 0)[1])
"""


def test_a_forked_process_has_a_child_of_its_own():
    assert run(FORKED).split() == ["True", "True", "0"]


def test_importing_starts_no_child_and_loads_no_markdown():
    code = "import sys\nfrom dialogue.core import richtext, markdown_child\nrichtext.render('plain words')\n"
    code += "print(markdown_child._line.child, 'markdown' in sys.modules)"
    assert run(code).split() == ["None", "False"]


def _ends(pid):
    """Whether the process is gone, or waits only to be collected, within two seconds."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
