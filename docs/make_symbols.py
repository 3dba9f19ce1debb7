"""Makes `docs/tensorflow-symbols.md` of `neuronboard/tensorflow_symbols.txt` and of the code.

Usage: `python docs/make_symbols.py`; a test says when it is to be run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("tensorflow-symbols.md")
_HEAD = """# TensorFlow 1.x, name by name

Of {total} public names of TensorFlow 1.x (`tf.compat.v1` of TensorFlow 2.21) {here} are here.
`neuronboard.compat.v1` has them, and `neuronboard` has them beside those of 0.x.
Who asks for one that is absent is told so, and what to use in its place if the last table has it.
A seed repeats our random numbers from run to run; they are not those that TensorFlow draws.
This page is made by `python docs/make_symbols.py`.
"""


def is_here(root: Any, name: str) -> bool:
    """Whether "tf.nn.relu" can be looked up from the module `tf`."""
    found = root
    for part in name.split(".")[1:]:
        try:
            found = getattr(found, part)
        except AttributeError:
            return False
    return True


def page() -> str:
    """The text of the page."""
    import neuronboard.compat.v1 as tf
    from neuronboard.absent import symbols

    listed = {name: instead for name, instead in symbols().items() if not name.endswith(".*")}
    here = {name for name in listed if is_here(tf, name)}
    parts = [_HEAD.format(total=len(listed), here=len(here))]
    rooms = sorted({name.rpartition(".")[0] for name in listed})
    for room in rooms:
        names = [name for name in listed if name.rpartition(".")[0] == room]
        there = [name for name in names if name in here]
        absent = [name for name in names if name not in here]
        parts.append(f"## {room}\n")
        if there:
            parts.append(f"Here ({len(there)}): {_listed(there)}\n")
        if absent:
            parts.append(f"Absent ({len(absent)}): {_listed(absent)}\n")
    told = [f"| `{name}` | {instead} |" for name, instead in symbols().items() if instead]
    parts.append("## What to use in place of absent names\n")
    parts.append("| absent | use |\n|---|---|\n" + "\n".join(told))
    return "\n".join(parts).rstrip() + "\n"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name.rpartition('.')[2]}`" for name in sorted(names))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE} is made")
