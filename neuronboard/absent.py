"""What TensorFlow 1.x has and NeuronBoard has not: the words for who asks for it.

`tensorflow_symbols.txt` lists the public names of `tf.compat.v1` of TensorFlow 2.21, one a line,
and behind some of those that are absent, after a tab, what to use in their place. A name that ends
with ".*" speaks for all below it. `docs/tensorflow-symbols.md` is made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NoReturn

_LIST = Path(__file__).with_name("tensorflow_symbols.txt")


@cache
def symbols() -> dict[str, str]:
    """ "tf.nn.relu" -> what to use in its place, or "" ; every public name of TensorFlow 1.x."""
    rows = (line.partition("\t") for line in _LIST.read_text("utf-8").splitlines())
    return {name: instead for name, _, instead in rows if name and not name.startswith("#")}


def explain(module: str, name: str, known: list[str]) -> str:
    """Why `module` ("tf.nn") has no `name`, and what is nearest; `known` are the names it has."""
    import difflib

    full = f"{module}.{name}"
    listed = symbols()
    near = difflib.get_close_matches(name, known, 1, 0.75)
    meant = f"; did you mean {module}.{near[0]}?" if near else ""
    if full not in listed and f"{full}.*" not in listed:
        ours = module.replace("tf", "neuronboard", 1)
        return f"module {ours!r} has no attribute {name!r}{meant}"
    parts = full.split(".")
    families = (".".join([*parts[:i], "*"]) for i in range(len(parts), 1, -1))
    found = (listed.get(key, "") for key in (full, *families))
    instead = next((text for text in found if text), "")
    told = f": use {instead}" if instead else meant
    return f"{full} is a name of TensorFlow that NeuronBoard does not have{told}"


def getter(module: str, known: Callable[[], list[str]]) -> Callable[[str], NoReturn]:
    """A `__getattr__` for a module whose names are all there."""

    def missing(name: str) -> NoReturn:
        names = [] if name.startswith("__") else known()
        raise AttributeError(explain(module, name, names) if names else name)

    return missing


def watch(*modules: ModuleType) -> None:
    """Lets modules such as `tf.nn` explain what they do not have."""
    for module in modules:
        spelled = module.__name__.replace("neuronboard", "tf", 1)
        before = vars(module).get("__getattr__")
        told = getter(spelled, lambda module=module: list(module.__all__))  # type: ignore[misc]
        vars(module)["__getattr__"] = told if before is None else _either(before, told)


def _either(
    first: Callable[[str], object], told: Callable[[str], NoReturn]
) -> Callable[[str], object]:
    """What a module loads late, or else the explanation."""

    def find(name: str) -> object:
        try:
            return first(name)
        except AttributeError:
            told(name)

    return find
