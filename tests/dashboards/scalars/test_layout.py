"""The charts that a log asks for."""

from __future__ import annotations

from pathlib import Path

from builders import loaded_store

from neuronboard import SummaryWriter
from neuronboard.dashboards.scalars.layout import layout_answer


def test_charts_name_the_tags_that_there_are(tmp_path: Path) -> None:
    """Of all runs, of each the newest file's; a bad expression is told, the rest stands."""
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_custom_scalars({"old": {"x": ["Multiline", ["acc"]]}})
    with SummaryWriter(tmp_path / "a") as writer:
        for tag in ("loss/train", "loss/test", "acc"):
            writer.add_scalar(tag, 1.0, 0)
        writer.add_custom_scalars_multilinechart(["acc"], "k", "first")
        writer.add_custom_scalars({"k": {"c": ["Multiline", ["loss/.*", "(", "loss/t"]]}})
    with SummaryWriter(tmp_path / "b") as writer:
        writer.add_custom_scalars_marginchart(["v", "low", "high"], "k", "band")
    store = loaded_store(tmp_path)
    answer = layout_answer(store.catalog, store.read)
    assert answer["categories"] == [
        {
            "title": "k",
            "closed": False,
            "charts": [
                {"title": "first", "kind": "multiline", "tags": ["acc"]},
                {"title": "c", "kind": "multiline", "tags": ["loss/test", "loss/train"]},
                {
                    "title": "band",
                    "kind": "margin",
                    "margins": [{"value": "v", "lower": "low", "upper": "high"}],
                },
            ],
        }
    ]
    [problem] = answer["problems"]
    assert problem.startswith("chart 'c': '(' is no regular expression")
