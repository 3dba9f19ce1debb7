"""Which kind of data a value is.

New summaries carry a tensor, and name their kind in the metadata of the tag's first value. Legacy
summaries (`simple_value`, `image`, `histo`, `audio`) say it by the field they use. Graphs and run
metadata are events of their own. One table each.

A tensor of one number is a scalar, whatever its metadata say. So a scan that begins in the middle
of a file finds the same as one that has read the metadata at its beginning.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError

from neuronboard.formats.batch import (
    AUDIO,
    GRAPH_DEF,
    HISTO,
    IMAGE,
    META_GRAPH_DEF,
    RUN_METADATA,
    TENSOR,
)
from neuronboard.kinds import graph
from neuronboard.pb.raw_event_pb2 import RawSummaryMetadata

# plugin_name in the metadata -> kind of a tensor that is not one number
BY_PLUGIN = {
    "images": "image",
    "audio": "audio",
    "histograms": "histogram",
    "text": "text",
    "pr_curves": "pr_curve",
    "mesh": "mesh",
    "hparams": "hparams",
    "custom_scalars": "custom_scalars",
    "graph_run_metadata": "run_metadata",
    "graph_run_metadata_graph": "run_metadata",
    "graph_keras_model": "keras",
}

# form of a blob -> kind; a tensor's depends on its metadata
BY_FORM = {
    IMAGE: "image",
    HISTO: "histogram",
    AUDIO: "audio",
    TENSOR: "tensor",
    GRAPH_DEF: "graph",
    META_GRAPH_DEF: "graph",
    RUN_METADATA: "run_metadata",
}

# form -> the tag it goes under, of those that have none in the file
TAGS = {GRAPH_DEF: graph.TAG, META_GRAPH_DEF: graph.TAG}


def classify(form: int, plugin: str) -> str:
    """The kind of a blob; `plugin` is what the tag's first metadata named, or ""."""
    kind = BY_FORM[form]
    return BY_PLUGIN.get(plugin, kind) if form == TENSOR else kind


def describe(metadata: bytes) -> tuple[str, str, str]:
    """Plugin name, display name and description of a serialised SummaryMetadata.

    Metadata that cannot be read count as none: the data they go with are shown without.
    """
    try:
        raw = RawSummaryMetadata.FromString(metadata)
    except DecodeError:
        return "", "", ""
    texts = (raw.plugin_data.plugin_name, raw.display_name, raw.summary_description)
    plugin, name, description = (text.decode("utf-8", "backslashreplace") for text in texts)
    return plugin, name, description
