"""Makes the example logs of this folder again, with NeuronBoard's own engine and writer.

    python logs_example/make.py [FOLDER]

    log_simple_graph  the tutorial's first graph, not trained: one weight times one input
    log_simple_stats  the tutorial's neuron, 100 steps
    two_moons         a small network at four learning rates; the largest blows up to NaN
    은닉층_크기        the same network with hidden layers of three sizes (run names in Korean)
    linear_regression, logistic_regression, digits_mlp, digits_conv, char_lstm, transformer
                      what the scripts of those names learn, each in under 80 lines

Values are the same each time, up to the machine's rounding; wall times are those of the making.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

HIDDEN_UNITS = (2, 4, 16)
LESSONS = ("linear_regression", "logistic_regression", "digits_mlp", "digits_conv")
LESSONS += ("char_lstm", "transformer")


def log_simple_graph() -> None:
    """The tutorial's first picture: `input` and `weight`, multiplied."""
    import neuronboard as tf

    with tf.Graph().as_default():
        x = tf.constant(1.0, name="input")
        w = tf.Variable(0.8, name="weight")
        tf.mul(w, x, name="output")
        with tf.Session() as sess:
            tf.train.SummaryWriter("log_simple_graph", sess.graph).close()


def log_simple_stats() -> None:
    """The tutorial's final script, which runs when it is imported."""
    import neuron

    neuron.summary_writer.close()


def two_moons() -> None:
    """One run for each learning rate."""
    from two_moons import LEARNING_RATES, train

    for rate in LEARNING_RATES:
        train(f"two_moons/lr={rate:g}", learning_rate=rate)


def hidden_sizes() -> None:
    """One run for each width of the hidden layers."""
    from two_moons import train

    for units in HIDDEN_UNITS:
        train(f"은닉층_크기/뉴런 {units}개", hidden_units=units)


def small_lessons() -> dict[str, Callable[[], None]]:
    """A line; digits read by one layer, by three, by filters; a text written; numbers sorted."""

    def lesson(name: str) -> Callable[[], None]:
        return lambda: import_module(name).train(name)

    return {name: lesson(name) for name in LESSONS}


LOGS = {
    "log_simple_graph": log_simple_graph,
    "log_simple_stats": log_simple_stats,
    "two_moons": two_moons,
    "은닉층_크기": hidden_sizes,
    **small_lessons(),
}


def main(folder: Path) -> None:
    """Makes every log anew below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    for name, make in LOGS.items():
        print(f"making {folder / name}", flush=True)
        shutil.rmtree(name, ignore_errors=True)
        make()
        for file in Path(name).rglob("events.out.tfevents.*"):
            # Neither the second nor the host of the making belongs into a kept name.
            file.rename(file.with_name("events.out.tfevents.0000000000.example"))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE)
