"""Layouts of charts: what torch recorded, what we write, and several runs' as one."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from builders import loaded_store

from neuronboard import SummaryWriter
from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds import custom_scalars
from neuronboard.kinds.custom_scalars import TAG, Category, Chart, Margin
from neuronboard.pb.summary_pb2 import Summary

CORPORA = Path(__file__).parents[1] / "golden" / "corpora"


def _read(logdir: Path) -> list[Summary.Value]:
    """The layouts of a log directory."""
    store = loaded_store(logdir)
    found = store.catalog.series_of("custom_scalars")[TAG]
    return [
        Summary.Value.FromString(store.read(locator))
        for series in found.values()
        for locator in series.locators
    ]


def test_what_torch_recorded_is_what_we_write(tmp_path: Path) -> None:
    """The recorded script's layouts, byte for byte."""
    with tarfile.open(CORPORA / "torch_summarywriter.tar.xz") as archive:
        archive.extractall(tmp_path / "torch", filter="data")
    [logdir] = (tmp_path / "torch").rglob("logdir")
    recorded = _read(logdir)
    layout = {
        "Taiwan": {"twse": ["Multiline", ["twse/0050", "twse/2330"]]},
        "USA": {
            "dow": ["Margin", ["dow/aaa", "dow/bbb", "dow/ccc"]],
            "m": ["Multiline", ["dow/.*"]],
        },
    }
    with SummaryWriter(tmp_path / "ours") as writer:
        writer.add_custom_scalars(layout)
        writer.add_custom_scalars_multilinechart(["twse/0050", "twse/2330"])
        writer.add_custom_scalars_marginchart(["a", "b", "c"], title="t")
    ours = _read(tmp_path / "ours")
    assert len(ours) == 3
    by_bytes = [value.tensor.string_val[0] for value in recorded]
    assert [value.tensor.string_val[0] in by_bytes for value in ours] == [True, True, False]
    for value in (*recorded, *ours):
        assert value.metadata.plugin_data.plugin_name == "custom_scalars"
        assert (value.tensor.dtype, list(value.tensor.tensor_shape.dim)) == (7, [])
    assert custom_scalars.decode(ours[0])[1] == Category(
        "USA",
        (
            Chart("dow", "margin", margins=(Margin("dow/aaa", "dow/bbb", "dow/ccc"),)),
            Chart("m", "multiline", tags=("dow/.*",)),
        ),
    )
    assert custom_scalars.decode(ours[2]) == (
        Category("default", (Chart("t", "margin", margins=(Margin("a", "b", "c"),)),)),
    )


def test_a_category_of_several_runs_has_the_charts_of_all() -> None:
    """Three runs with A, B and B: TensorBoard loses the third."""
    one, two, three = (Chart(title, "multiline", (f"{title}/.*",)) for title in "123")
    layouts = [
        [Category("A", (one,))],
        [Category("B", (two,), closed=True)],
        [Category("B", (two, three))],
    ]
    assert custom_scalars.merged(layouts) == [
        Category("A", (one,)),
        Category("B", (two, three), closed=True),
    ]


def test_a_pattern_matches_at_the_beginning() -> None:
    """As re.match; what is no regular expression is said."""
    tags = ["loss/a", "loss/b", "my/loss/a"]
    assert custom_scalars.matching("loss/.*", tags) == ["loss/a", "loss/b"]
    assert custom_scalars.matching("lo", tags) == ["loss/a", "loss/b"]
    with pytest.raises(DataError, match=r"'\(' is no regular expression"):
        custom_scalars.matching("(", tags)


@pytest.mark.parametrize(
    "given",
    [
        ["Multi", ["a"]],
        ["Margin", ["a", "b"]],
        ["Multiline"],
        ["Multiline", "loss"],
        ["Multiline", [1]],
    ],
)
def test_another_chart_is_refused_by_name(given: Any) -> None:
    """With what it should be."""
    with pytest.raises(ValueError, match=r"chart 'c' of 'k' must be \['Multiline', \[tag"):
        custom_scalars.encode({"k": {"c": given}})


@pytest.mark.parametrize("content", [b"\xff\xff", 3.0])
def test_a_tensor_without_a_layout_is_damage(content: Any) -> None:
    """Told with the tag."""
    value = Summary.Value(tag=TAG, tensor=make_tensor_proto(content))
    with pytest.raises(DataError, match=f"the tag {TAG} holds no layout"):
        custom_scalars.decode(value)
