"""What becomes of events when processes fork, die and fill disks: with real processes.

`neuronboard/writer/__init__.py` states what holds here.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from builders import loaded_store

from neuronboard.store.series import Series

BEGIN = "import os, signal, sys, time\nfrom neuronboard import SummaryWriter\n"


def _run(
    code: str,
    folder: Path,
    *,
    expected: int = 0,
    python: Sequence[str] = ("-W", "error"),
    arguments: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Runs a script with a writer to `folder` at hand, and checks how it ended."""
    command = [sys.executable, *python, "-c", BEGIN + code, str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stderr
    return done


def _series(folder: Path, tag: str = "a") -> Series:
    store = loaded_store(folder)
    assert store.catalog.problems == ()
    [run] = store.catalog.runs
    return run.series["scalar", tag]


def _steps(folder: Path, tag: str = "a") -> list[int]:
    return sorted(_series(folder, tag).steps.tolist())


WRITE_1000 = """
writer = SummaryWriter(sys.argv[1])
for step in range(1000):
    writer.add_scalar("a", 0.5, step)
"""
ENDS = {
    "the end of the script": ("", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "an exception": ("raise RuntimeError('training failed')", 1),
    "Ctrl-C": ("os.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)", -signal.SIGINT),
    "a with block": ("with writer: 1 / 0", 1),
    "a signal handler that exits": (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(4))\n"
        "os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(60)",
        4,
    ),
    "a signal handler that flushes": (
        "signal.signal(signal.SIGTERM, lambda *_: (writer.flush(), os._exit(5)))\n"
        "os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(60)",
        5,
    ),
    "a flush, then os._exit": ("writer.flush()\nos._exit(6)", 6),
    "a flush, then SIGKILL": ("writer.flush()\nos.kill(os.getpid(), signal.SIGKILL)", -9),
    "a flush, then SIGTERM": ("writer.flush()\nos.kill(os.getpid(), signal.SIGTERM)", -15),
}


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_lost_by(end: str, tmp_path: Path) -> None:
    """Without a call of close, everything is in the file."""
    code, status = ENDS[end]
    _run(WRITE_1000 + code, tmp_path, expected=status)
    assert _steps(tmp_path) == list(range(1000))


KILL_25 = """
import json, mmap, random
rnd = random.Random(int(sys.argv[2]))
flushed = mmap.mmap(-1, 8)  # shared with the children

def train(folder):
    writer, step = SummaryWriter(folder), 0
    while True:
        for _ in range(rnd.randrange(3000)):
            writer.add_scalar("a", 0.5, step, time.monotonic())
            step += 1
        if rnd.random() < 0.3:
            writer.flush()
            flushed[:] = step.to_bytes(8, "little")

for number in range(25):
    flushed[:] = bytes(8)
    moment = rnd.uniform(0, 0.15)
    folder = os.path.join(sys.argv[1], str(number))
    child = os.fork()
    if child == 0:
        train(folder)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    killed = time.monotonic()
    os.waitpid(child, 0)
    print(json.dumps([folder, int.from_bytes(flushed, "little"), killed]))
"""


@pytest.mark.parametrize("seed", range(4))
def test_kill_9_loses_nothing_that_was_flushed_and_at_most_the_last_second(
    seed: int, tmp_path: Path
) -> None:
    """25 times for each of four, at a random moment of full flight."""
    done = _run(KILL_25, tmp_path, arguments=[str(seed)])
    died = [json.loads(line) for line in done.stdout.splitlines()]
    total = 0
    for folder, flushed, killed in died:
        runs = loaded_store(Path(folder)).catalog.runs if Path(folder).exists() else ()
        series = [run.series["scalar", "a"] for run in runs if run.series]
        steps = [step for each in series for step in each.steps.tolist()]
        assert len(steps) >= flushed
        assert steps == list(range(len(steps)))
        assert all(each.wall_times[-1] > killed - 1 for each in series)
        total += len(steps)
    assert len(died) == 25
    assert total > 25_000


def test_what_was_added_is_soon_in_the_file_without_any_call(tmp_path: Path) -> None:
    """A script that adds one value and hangs: another process finds it within a second."""
    code = """
writer = SummaryWriter(sys.argv[1])
writer.add_scalar("a", 0.5, 1)
print(flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", BEGIN + code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        added = time.monotonic()
        store = loaded_store(tmp_path)
        while not store.catalog.runs[0].series:
            assert time.monotonic() < added + 1
            store.refresh()
        process.kill()
    assert _steps(tmp_path) == [1]


def test_a_fork_writes_a_file_of_its_own(tmp_path: Path) -> None:
    """What waited at the fork is there once; a child that adds nothing leaves nothing."""
    code = """
writer = SummaryWriter(sys.argv[1])
for step in range(1000):
    writer.add_scalar("a", 0.5, step)
children = []
for number in range(1, 4):
    child = os.fork()
    if child == 0:
        if number < 3:
            for step in range(1000):
                writer.add_scalar("a", 0.5, 1000 * number + step)
        sys.exit()
    children.append(child)
for step in range(3000, 4000):
    writer.add_scalar("a", 0.5, step)
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
"""
    _run(code, tmp_path, python=["-W", "ignore::DeprecationWarning"])
    assert _steps(tmp_path) == list(range(4000))
    assert len(list(tmp_path.iterdir())) == 3


WORKERS = """
import multiprocessing

def work(writer, rank):
    for step in range(1000):
        writer.add_scalar("a", rank, 1000 * rank + step)

if __name__ == "__main__":
    writer = SummaryWriter(sys.argv[1], filename_suffix=".mine")
    context = multiprocessing.get_context(sys.argv[2])
    workers = [context.Process(target=work, args=(writer, rank)) for rank in range(1, 4)]
    for worker in workers:
        worker.start()
    work(writer, 0)
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_multiprocessing_write_into_one_run(method: str, tmp_path: Path) -> None:
    """A writer that is handed to them, by each way to start them; none of them closes it."""
    script = tmp_path / "script.py"
    script.write_text(BEGIN + WORKERS)
    logdir = tmp_path / "log"
    command = [sys.executable, "-W", "ignore::DeprecationWarning", script, logdir, method]
    subprocess.run(command, check=True)
    assert _steps(logdir) == list(range(4000))
    assert len(list(logdir.glob("*.mine"))) == 4


def test_eight_threads_lose_nothing_and_keep_their_order(tmp_path: Path) -> None:
    """With summaries, scalars and flushes among each other."""
    code = """
import threading
writer = SummaryWriter(sys.argv[1])

def work(number):
    for step in range(2000):
        writer.add_scalar(f"thread {number}", 0.5, step)
        if step % 7 == 0:
            writer.add_text(f"thread {number}", "text", step)
        if step % 500 == 0:
            writer.flush()

threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
"""
    _run(code, tmp_path)
    for number in range(8):
        assert _series(tmp_path, f"thread {number}").steps.tolist() == list(range(2000))


FULL_DISK = """
import resource
from neuronboard.errors import WriterError
writer = SummaryWriter(sys.argv[1])
no_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (40000, no_limit[1]))
step, said = 0, None
while said is None:
    try:
        writer.add_scalar("a", 0.5, step)
        step += 1
    except WriterError as error:
        said = str(error)
"""
AFTER = {
    "reopen": "resource.setrlimit(resource.RLIMIT_FSIZE, no_limit)\nwriter.reopen()\n"
    "writer.add_scalar('a', 0.5, step)\nstep += 1\nprint(step)",
    "room, then close": "resource.setrlimit(resource.RLIMIT_FSIZE, no_limit)\nprint(step)",
}


@pytest.mark.parametrize("after", AFTER)
def test_a_full_disk_is_told_and_what_it_refused_is_kept(after: str, tmp_path: Path) -> None:
    """A file that may not grow beyond 40 kB stands for a full disk; root feels it too."""
    done = _run(FULL_DISK + "print(said)\n" + AFTER[after], tmp_path)
    said, step = done.stdout.splitlines()
    assert re.match(r"\d+ events could not be written: File too large; mend the disk and", said)
    assert _steps(tmp_path) == list(range(int(step)))


def test_a_disk_that_stays_full_is_an_error_of_close_and_the_file_is_whole(tmp_path: Path) -> None:
    """Everything up to there can be read."""
    done = _run(
        FULL_DISK + "try:\n    writer.close()\nfinally:\n    print(step)", tmp_path, expected=1
    )
    assert "WriterError" in done.stderr
    lost = int(re.findall(r"(\d+) events could not", done.stderr)[-1])
    steps = _steps(tmp_path)
    assert steps == list(range(int(done.stdout) - lost))
    assert len(steps) > 500


def test_a_full_file_system_is_told(tmp_path: Path) -> None:
    """/dev/full says "no space left" as a full file system does."""
    code = """
from neuronboard.errors import WriterError
writer = SummaryWriter(sys.argv[1])
full = os.open("/dev/full", os.O_WRONLY)
os.dup2(full, writer._events._file)
try:
    writer.add_scalar("a", 0.5, 1)
    writer.flush()
except WriterError as error:
    print(error)
os._exit(0)
"""
    assert "No space left on device" in _run(code, tmp_path).stdout


INTERRUPTED = """
import itertools, random
rnd, steps, returned, caught = random.Random(0), itertools.count(), 0, 0

class Interrupt(Exception):
    pass

def interrupt(*_):
    raise Interrupt

writer = SummaryWriter(sys.argv[1])
signal.signal(signal.SIGALRM, interrupt)
while caught < 500:
    try:
        signal.setitimer(signal.ITIMER_REAL, rnd.uniform(1e-5, 1e-3))
        while True:
            writer.add_scalar("a", 0.5, next(steps))
            returned += 1
            writer.flush()
    except Interrupt:
        caught += 1
print(returned)
"""


def test_ctrl_c_at_any_moment_neither_loses_nor_doubles(tmp_path: Path) -> None:
    """A timer breaks off additions and flushes 500 times, by an exception."""
    returned = int(_run(INTERRUPTED, tmp_path).stdout)
    steps = _series(tmp_path).steps.tolist()
    assert steps == sorted(set(steps))
    assert returned <= len(steps) <= returned + 500


HANDLED = """
import itertools, random
rnd, handled, steps = random.Random(0), itertools.count(), itertools.count()

def handle(*_):
    global last
    last = next(handled)
    writer.add_scalar("handled", 0.5, last)
    writer.flush()
    signal.setitimer(signal.ITIMER_REAL, rnd.uniform(1e-5, 1e-3))

last, writer = 0, SummaryWriter(sys.argv[1])
signal.signal(signal.SIGALRM, handle)
handle()
while last < 500:
    writer.add_scalar("a", 0.5, next(steps))
    writer.flush()
signal.setitimer(signal.ITIMER_REAL, 0)
print(next(steps), next(handled))
"""


def test_a_handler_may_log_and_flush_in_the_middle_of_a_flush(tmp_path: Path) -> None:
    """500 times; every value of both is there once, and in order."""
    step, handled = map(int, _run(HANDLED, tmp_path).stdout.split())
    assert _series(tmp_path).steps.tolist() == list(range(step))
    assert _series(tmp_path, "handled").steps.tolist() == list(range(handled))


def test_two_machines_with_one_name_and_process_number_share_a_folder(tmp_path: Path) -> None:
    """Containers often have both alike; no file is taken that is there."""
    code = """
import socket
from neuronboard.writer import event_writer
socket.gethostname = lambda: "trainer"
event_writer.os.getpid = lambda: 7
event_writer.time.time = lambda: 1.7e9
"""
    for rank in range(3):
        writes = f'with SummaryWriter(sys.argv[1]) as w: w.add_scalar("a", 0.5, {rank})'
        _run(code + writes, tmp_path)
    assert _steps(tmp_path) == [0, 1, 2]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"events.out.tfevents.1700000000.trainer.7.{n}" for n in range(3)]
