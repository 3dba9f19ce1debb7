"""Which kind a value is, by field and by metadata."""

from __future__ import annotations

import pytest

from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds.classify import BY_PLUGIN, classify
from neuronboard.pb.summary_pb2 import HistogramProto, Summary

NUMBER, LIST = make_tensor_proto(1.0), make_tensor_proto([1.0, 2.0])


@pytest.mark.parametrize(
    ("value", "plugin", "kind"),
    [
        (Summary.Value(simple_value=1.0), "", "scalar"),
        (Summary.Value(simple_value=1.0), "images", "scalar"),
        (Summary.Value(histo=HistogramProto()), "", "histogram"),
        (Summary.Value(image=Summary.Image()), "", "image"),
        (Summary.Value(audio=Summary.Audio()), "", "audio"),
        (Summary.Value(tensor=NUMBER), "", "scalar"),
        (Summary.Value(tensor=LIST), "", "tensor"),
        (Summary.Value(tensor=LIST), "my_plugin", "tensor"),
        (Summary.Value(obsolete_old_style_histogram=b"x"), "", None),
        (Summary.Value(tag="only metadata"), "scalars", None),
        *((Summary.Value(tensor=LIST), plugin, kind) for plugin, kind in BY_PLUGIN.items()),
    ],
)
def test_the_kind_of_a_value(value: Summary.Value, plugin: str, kind: str | None) -> None:
    """Legacy fields say it themselves, tensors by their tag's plugin."""
    assert classify(value, plugin) == kind
