"""What a picture has lost: boxes of the graph before of which no node is left, where they stood."""

from __future__ import annotations

from typing import Any

from neuronboard.dashboards.graphs.answers import child_answer
from neuronboard.dashboards.graphs.diff import Changes
from neuronboard.dashboards.graphs.trace import numbers_of
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import NotFoundQueryError


def add_ghosts(answer: dict[str, Any], before: Pictures, changes: Changes) -> None:
    """Adds them to a group's answer, with the edges that they had to what is still there.

    A ghost cannot be opened, so a group is a node that says how much it held. It is left out where
    something else has its path now.
    """
    try:
        view = before.view(answer["path"])
    except NotFoundQueryError:
        return  # the group is new
    here = {child["path"] for child in answer["children"]}
    gone = {}
    for box in view.boxes:
        numbers = numbers_of(before, box.path)
        if box.path not in here and changes.removed[numbers].all():
            child = child_answer(before.graph, box, None)
            counts = {"removed": len(numbers)}
            what = child["op"] or f"{len(numbers)} nodes"
            child |= {"kind": "node", "op": what, "ops": {}}
            child["change"] = {"kind": "removed", "counts": counts, "from": None, "what": []}
            gone[box.path] = child
    for edge in view.edges:
        ends = [changes.now.get(end, end) for end in (edge.source, edge.target)]
        if any(end in gone for end in ends) and all(end in gone or end in here for end in ends):
            answer["edges"].append(edge.answer() | {"source": ends[0], "target": ends[1]})
    answer["children"] += gone.values()
