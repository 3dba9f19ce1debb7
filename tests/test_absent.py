"""What of TensorFlow 1.x is here and what is not: the list, the page, and what is said."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import neuronboard
import neuronboard.compat.v1 as tf
from neuronboard.absent import symbols

DOCS = Path(__file__).resolve().parent.parent / "docs"


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_symbols", DOCS / "make_symbols.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_says_what_the_code_has() -> None:
    """Run `python docs/make_symbols.py` where this fails."""
    maker = _maker()
    assert maker.PAGE.read_text("utf-8") == maker.page()


def test_the_list_is_sorted_and_names_no_substitute_for_what_is_here() -> None:
    maker = _maker()
    names = list(symbols())
    assert names == sorted(names)
    assert len(names) > 1500
    for name, instead in symbols().items():
        if instead and not name.endswith(".*"):
            assert not maker.is_here(tf, name), f"{name} is here now"


def test_what_is_named_in_place_of_something_is_here() -> None:
    """Every tf.something in the substitutes."""
    maker = _maker()
    for name, instead in symbols().items():
        words = [word.strip(":,;()`") for word in instead.split()]
        named = [word.partition("(")[0] for word in words if word.startswith("tf.")]
        for word in named:
            assert maker.is_here(tf, word.rstrip(".").partition("({")[0]), f"{word} for {name}"


TOLD: list[tuple[Any, str, str]] = [
    (
        tf,
        "GradientTape",
        r"tf.GradientTape is a name of TensorFlow that NeuronBoard does not have: ",
    ),
    (neuronboard, "FIFOQueue", "use tf.data.Dataset"),
    (tf, "keras", "a layer is a function of a few lines"),
    (tf, "estimator", "a loop of session.run"),
    (tf.train, "Supervisor", "use tf.Session with tf.train.Saver"),
    (tf.nn, "fractional_max_pool", "tf.nn.fractional_max_pool is a name of TensorFlow"),
    (tf, "reduce_maen", "has no attribute 'reduce_maen'; did you mean tf.reduce_mean"),
    (tf.nn, "rellu", "did you mean tf.nn.relu"),
    (neuronboard, "nothing_of_the_sort", "module 'neuronboard' has no attribute"),
]


@pytest.mark.parametrize(("module", "name", "message"), TOLD, ids=[told[1] for told in TOLD])
def test_a_name_that_is_absent_is_told(module: Any, name: str, message: str) -> None:
    with pytest.raises(AttributeError, match=message):
        getattr(module, name)
    assert not hasattr(module, name)


def test_names_that_are_loaded_late_are_found_all_the_same() -> None:
    assert tf.data.Dataset is neuronboard.data.Dataset
    assert tf.train.Saver is neuronboard.train.Saver
    assert tf.RunOptions is neuronboard.RunOptions
    assert not hasattr(tf, "__wrapped__")
