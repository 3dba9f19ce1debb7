"""What a picture has lost: boxes of the graph before of which no node is left, where they stood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from neuronboard.dashboards.graphs.answers import child_answer, group_answer
from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.diff import Changes
from neuronboard.dashboards.graphs.trace import numbers_of
from neuronboard.dashboards.graphs.view import Edge, Pictures
from neuronboard.errors import NotFoundQueryError


def add_ghosts(answer: dict[str, Any], before: Pictures, changes: Changes) -> None:
    """Adds them to a group's answer, with the edges that they had to what is still there.

    One is left out where something else has its path now.
    """
    try:
        view = before.view(answer["path"])
    except NotFoundQueryError:
        return  # the group is new
    here = {child["path"] for child in answer["children"]}
    boxes = [one for box in view.boxes for one in _lost(before, changes, box)]
    gone = {box.path: _ghost(before, box) for box in boxes if box.path not in here}
    answer["edges"] += [
        edge
        for edge in (_as_now(edge, changes, "source", "target") for edge in view.edges)
        if {edge["source"], edge["target"]} <= here | gone.keys()
        and not {edge["source"], edge["target"]} <= here
    ]
    answer["children"] += gone.values()


def _lost(before: Pictures, changes: Changes, box: Box) -> Iterator[Box]:
    """A box of which nothing is left; of a series or part of which something is, its lost ones."""
    if changes.removed[numbers_of(before, box.path)].all():
        yield box
    elif box.item < 0:
        for one in box.boxes:
            yield from _lost(before, changes, one)


def _ghost(before: Pictures, box: Box) -> dict[str, Any]:
    child = child_answer(before.graph, box, None)
    counts = {"removed": child["nodes"]}
    child["change"] = {"kind": "removed", "counts": counts, "from": None, "what": []}
    return child


def _as_now(flow: Edge, changes: Changes, *ends: str) -> dict[str, Any]:
    answer = flow.answer()
    return answer | {end: changes.now.get(answer[end], answer[end]) for end in ends}


def ghost_answer(
    run: str | None, graph: str, before: Pictures, changes: Changes, path: str
) -> dict[str, Any]:
    """The answer about a group that was removed: all in it is, too. Raises `NotFoundQueryError`
    where it was not there before, or something of it still is."""
    view = before.view(path)
    if not changes.removed[numbers_of(before, path)].all():
        raise NotFoundQueryError(f"there is no group {path!r} in this graph")
    answer = group_answer(run, graph, before, view)
    answer["children"] = [_ghost(before, box) for box in view.boxes]
    for port in answer["ports"]:
        port["outer"] = changes.now.get(port["outer"], port["outer"])
    return answer
