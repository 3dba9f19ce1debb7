"""Which kind a blob is, by form and by metadata; and what metadata say."""

from __future__ import annotations

import pytest

from neuronboard.formats.batch import (
    AUDIO,
    GRAPH_DEF,
    HISTO,
    IMAGE,
    META_GRAPH_DEF,
    RUN_METADATA,
    TENSOR,
)
from neuronboard.kinds.classify import BY_PLUGIN, classify, describe
from neuronboard.pb.summary_pb2 import SummaryMetadata


@pytest.mark.parametrize(
    ("form", "plugin", "kind"),
    [
        (HISTO, "", "histogram"),
        (IMAGE, "", "image"),
        (IMAGE, "text", "image"),
        (AUDIO, "", "audio"),
        (GRAPH_DEF, "", "graph"),
        (META_GRAPH_DEF, "", "graph"),
        (RUN_METADATA, "", "run_metadata"),
        (TENSOR, "", "tensor"),
        (TENSOR, "scalars", "tensor"),
        (TENSOR, "my_plugin", "tensor"),
        *((TENSOR, plugin, kind) for plugin, kind in BY_PLUGIN.items()),
    ],
)
def test_the_kind_of_a_blob(form: int, plugin: str, kind: str) -> None:
    """Legacy fields say it themselves, tensors by their tag's plugin."""
    assert classify(form, plugin) == kind


def test_metadata_are_read_as_far_as_they_can_be() -> None:
    """Broken UTF-8 shows its bytes; bytes that are no message count as none."""
    plugin = SummaryMetadata.PluginData(plugin_name="text")
    metadata = SummaryMetadata(plugin_data=plugin, display_name="\uc774\ub984")
    assert describe(metadata.SerializeToString()) == ("text", "\uc774\ub984", "")
    assert describe(b"\x12\x02\xff\xfe") == ("", "\\xff\\xfe", "")
    assert describe(b"\xff\xff\xff") == ("", "", "")
