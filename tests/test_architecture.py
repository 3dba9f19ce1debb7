"""Holds ARCHITECTURE.md's table of rooms against every import statement of the package."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "neuronboard"
ROW = re.compile(r"^\| (`(?P<room>[\w.]+)/?`|top) \| (?P<own>[^|]*)\| (?P<others>[^|]*)\|$", re.M)


def _rooms() -> dict[str, tuple[set[str], set[str]]]:
    """Room -> (our rooms it may import, third-party packages it may import), from the document."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    return {
        match["room"] or "top": (_names(match["own"]), _names(match["others"]))
        for match in ROW.finditer(text)
    }


def _names(cell: str) -> set[str]:
    return {name.strip() for name in cell.split(",") if name.strip()}


def _room_of(parts: tuple[str, ...]) -> str:
    """The room of a module's path inside the package: ("store", "run") -> "store"."""
    if parts[:1] == ("errors",):
        return "errors.py"
    folder = parts[0] if parts else ""
    return folder if folder and (PACKAGE / folder).is_dir() and folder in _rooms() else "top"


def _modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if not p.name.endswith("_pb2.py"))


def _imports(path: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of every import in a file, also those inside functions."""
    found: list[tuple[int, str]] = []
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module or "")))
            if module == "neuronboard":
                found += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
            else:
                found.append((node.lineno, module))
    return found


def _trouble(room: str, name: str) -> str | None:
    """Why `room` may not import `name`, or None."""
    own, others = _rooms()[room]
    first, *rest = name.split(".")
    if first == "neuronboard":
        target = _room_of(tuple(rest))
        short = target.removesuffix(".py")
        allowed = target == room or short in own or own == {"everything"}
        return None if allowed else f"room {room} may not import room {short}"
    if first in sys.stdlib_module_names:
        return None
    if any(name == other or name.startswith(f"{other}.") for other in others):
        return None
    return f"room {room} may not import {name}"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    """Each import statement is allowed by the row of the module's room."""
    room = _room_of(path.relative_to(PACKAGE).with_suffix("").parts)
    found = [(line, _trouble(room, name)) for line, name in _imports(path)]
    assert [f"{path.name}:{line}: {why}" for line, why in found if why] == []


def test_every_folder_of_the_package_is_a_room() -> None:
    """A new folder needs a row in the table."""
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    rooms = {room for room in _rooms() if room not in ("errors.py", "top")}
    assert folders - {"compat", "contrib"} == rooms


def test_the_two_arms_never_meet() -> None:
    """The engine and the server side are not even indirectly allowed to import each other."""
    rooms = _rooms()

    def reach(room: str) -> set[str]:
        seen: set[str] = set()
        todo = [room]
        while todo:
            for own in rooms.get(todo.pop(), (set(), set()))[0] - seen:
                seen.add(own)
                todo.append(own)
        return seen

    assert not reach("engine") & {"writer", "store", "dashboards", "server"}
    assert "engine" not in reach("server") | reach("store") | reach("dashboards")


def test_every_module_says_what_it_is_for() -> None:
    """Each module opens with a docstring."""
    silent = [p for p in _modules() if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert silent == []


def test_generated_messages_are_what_proto_says(tmp_path: Path) -> None:
    """`proto/generate.py --check` finds no difference."""
    import subprocess

    done = subprocess.run(
        [sys.executable, str(ROOT / "proto" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
