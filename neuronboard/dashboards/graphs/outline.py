"""The picture as text: groups as indented lists, with what each takes from its neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.view import Edge, Pictures, View

MOST_LINES = 20_000


def outline(pictures: Pictures, path: str = "", depth: int = 100) -> str:
    """A line for each box, in the order in which the page draws none before what it takes from if
    the file has it so. depth: how many levels; a series is told by its first member."""
    lines: list[str] = []
    for line in _lines(pictures, path, depth, 0):
        if len(lines) == MOST_LINES:
            lines.append(f"... only the first {MOST_LINES:,} lines; name a group to see its own")
            break
        lines.append(line)
    return "\n".join(lines) + "\n"


def _lines(pictures: Pictures, path: str, depth: int, level: int) -> Iterator[str]:
    view = pictures.view(path)
    is_series = bool(level) and _is_series(pictures, path)
    while is_series and view.boxes[0].kind == "part":
        view = pictures.view(view.boxes[0].path)
    taken = _taken(view)
    boxes = view.boxes[:1] if is_series else view.boxes
    for box in boxes:
        words = [_what(pictures, box)]
        tuck = view.tucks[view.boxes.index(box)] if len(boxes) == len(view.boxes) else None
        if tuck is not None:
            words.append(tuck.as_ if tuck.into is None else f"{tuck.as_} of {tuck.into}")
        if box.path in taken:
            words.append(f"from {', '.join(taken[box.path])}")
        yield f"{'  ' * level}{box.name}: {'; '.join(words)}"
        if box.kind != "node" and depth > 1:
            yield from _lines(pictures, box.path, depth - 1, level + 1)


def _is_series(pictures: Pictures, path: str) -> bool:
    _, box = pictures.find(path)
    return box is not None and box.kind == "series"


def _what(pictures: Pictures, box: Box) -> str:
    graph = pictures.graph
    if box.kind == "node":
        return graph.table.ops[int(graph.table.op_of[box.item - graph.tree.n_groups])]
    nodes = sum(int(graph.tree.size[item]) for item in box.items())
    if box.kind == "series":
        return f"{box.count} alike, {nodes} nodes together; the first:"
    return f"{nodes} node{'s' if nodes > 1 else ''}"


def _taken(view: View) -> dict[str, list[str]]:
    """For each box from whom it takes what."""
    found: dict[str, list[str]] = {}
    names = {box.path: box.name for box in view.boxes}
    for edge in view.edges:
        found.setdefault(edge.target, []).append(f"{names[edge.source]}{_flow(edge)}")
    return found


def _flow(edge: Edge) -> str:
    words = [edge.kind] if edge.kind != "data" else []
    words += [f"{edge.count} times"] if edge.count > 1 else []
    if edge.kind != "control" and edge.shape not in ("", "?"):
        words.append(edge.shape)
    return f" ({', '.join(words)})" if words else ""
