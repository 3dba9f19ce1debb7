"""What scripts for TensorFlow 1.x have around their graph: flags, `tf.app`, files, the log."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

import neuronboard.compat.v1 as tf

SCRIPT = """
import neuronboard.compat.v1 as tf

flags = tf.app.flags
flags.DEFINE_float("learning_rate", 0.01, "how far a step goes")
flags.DEFINE_integer("steps", 3, "how many")
flags.DEFINE_string("name", None, "whose")
flags.DEFINE_boolean("fast", False, "whether")
flags.DEFINE_bool("slow", True, "whether")
flags.DEFINE_enum("mode", "train", ["train", "test"], "what")
flags.DEFINE_list("sizes", ["1"], "which")
FLAGS = flags.FLAGS

def main(argv):
    print(FLAGS.learning_rate, FLAGS.steps, FLAGS.name, FLAGS.fast, FLAGS.slow, FLAGS.mode)
    print(FLAGS.sizes, argv[1:], "steps" in FLAGS, sorted(FLAGS.flag_values_dict()))
    FLAGS.steps = 8
    print(FLAGS.steps)
    try:
        FLAGS.step
    except AttributeError as error:
        print(error)
    flags.mark_flag_as_required("name")

if __name__ == "__main__":
    tf.app.run()
"""


def test_a_program_reads_its_flags(tmp_path: Path) -> None:
    """From the command line, by type; what is no flag goes to `main`, whose line it ends with."""
    path = tmp_path / "train.py"
    path.write_text(SCRIPT)
    given = ["--learning_rate=0.5", "--steps", "7", "--fast", "--noslow", "--sizes=2,3", "rest"]
    done = subprocess.run([sys.executable, str(path), *given], capture_output=True, text=True)
    names = "['fast', 'learning_rate', 'mode', 'name', 'sizes', 'slow', 'steps']"
    assert done.stdout.splitlines() == [
        "0.5 7 None True False train",
        f"['2', '3'] ['rest'] True {names}",
        "8",
        "Unknown command line flag 'step'; there are: "
        "fast, learning_rate, mode, name, sizes, slow, steps",
    ]
    assert done.returncode == 1
    assert "Flag --name must have a value other than None" in done.stderr
    done = subprocess.run(
        [sys.executable, str(path), "--mode=play"], capture_output=True, text=True
    )
    assert "invalid choice: 'play'" in done.stderr


def test_files_and_folders(tmp_path: Path) -> None:
    """Made, read, listed, copied, renamed and deleted under TensorFlow's names."""
    gfile = tf.gfile
    folder = str(tmp_path / "a" / "b")
    gfile.MakeDirs(folder)
    gfile.MakeDirs(folder)
    gfile.MkDir(f"{folder}/c")
    with gfile.GFile(f"{folder}/x.txt", "w") as file:
        file.write("글\n")
    with gfile.Open(f"{folder}/x.txt", "rb") as file:
        assert file.read() == "글\n".encode()
    gfile.Copy(f"{folder}/x.txt", f"{folder}/y.txt")
    gfile.Rename(f"{folder}/y.txt", f"{folder}/z.txt")
    assert gfile.ListDirectory(folder) == ["c", "x.txt", "z.txt"]
    assert gfile.Glob(f"{folder}/*.txt") == [f"{folder}/x.txt", f"{folder}/z.txt"]
    assert [parts[0] for parts in gfile.Walk(folder)] == [folder, f"{folder}/c"]
    with pytest.raises(tf.errors.AlreadyExistsError, match="overwrite=True"):
        gfile.Copy(f"{folder}/x.txt", f"{folder}/z.txt")
    gfile.Remove(f"{folder}/z.txt")
    assert not gfile.Exists(f"{folder}/z.txt")
    with pytest.raises(tf.errors.NotFoundError, match="No such file"):
        gfile.FastGFile(f"{folder}/z.txt")
    gfile.DeleteRecursively(str(tmp_path / "a"))
    assert not gfile.IsDirectory(folder)


def test_the_log_says_what_is_urgent_enough() -> None:
    """Below the verbosity nothing; every n-th time, the first n times, or on a condition."""
    log, said = tf.logging, logging.getLogger("tensorflow")
    before = log.get_verbosity()
    messages: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(  # type: ignore[method-assign]
        f"{record.levelname} {record.getMessage()}"
    )
    said.addHandler(handler)
    try:
        log.set_verbosity(log.INFO)
        log.debug("no")
        log.info("step %d", 3)
        log.warn("warm")
        log.error("bad")
        log.fatal("worse")
        log.log(log.WARN, "so")
        for i in range(5):
            log.log_every_n(log.INFO, "every %d", 2, i)
            log.log_first_n(log.INFO, "first %d", 2, i)
            log.log_if(log.INFO, "if %d", i == 3, i)
        log.flush()
    finally:
        said.removeHandler(handler)
        log.set_verbosity(before)
    assert messages == [
        *("INFO step 3", "WARNING warm", "ERROR bad", "CRITICAL worse", "WARNING so"),
        *("INFO every 0", "INFO first 0", "INFO first 1", "INFO every 2", "INFO if 3"),
        "INFO every 4",
    ]


def test_numbers_of_errors_are_tensorflows() -> None:
    """From 0 to 16."""
    assert tf.errors.FAILED_PRECONDITION == tf.errors.FailedPreconditionError.code == 9
    assert (tf.errors.OK, tf.errors.OUT_OF_RANGE, tf.errors.UNAUTHENTICATED) == (0, 11, 16)


def test_versions_are_there() -> None:
    """Those of TensorFlow 1.x for who asks as a program of 1.x does."""
    assert tf.__version__ == tf.VERSION == "1.15.0"
    assert tf.__version__.split(".")[0] == "1"
    assert tf.GIT_VERSION
    assert tf.COMPILER_VERSION
    assert tf.dimension_value(tf.placeholder(tf.float32, [None, 3]).shape[1]) == 3
    assert tf.dimension_at_index(tf.TensorShape(None), 1).value is None
    assert tf.dimension_at_index(tf.TensorShape([4]), 0) == 4
    assert set(dir(tf)) >= {"layers", "Session", "__version__"}
    with pytest.raises(AttributeError, match=r"has no attribute 'Sesion'"):
        tf.Sesion  # noqa: B018
    with pytest.raises(AttributeError, match="open"):
        tf.open  # noqa: B018 it reads logs, and is no name of TensorFlow's
