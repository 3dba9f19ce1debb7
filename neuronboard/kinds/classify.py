"""Which kind of data a value of a summary is.

New summaries carry a tensor, and name their kind in the metadata of the tag's first value. Legacy
summaries (`simple_value`, `image`, `histo`, `audio`) say it by the field they use. One table each.
"""

from __future__ import annotations

from neuronboard.pb.summary_pb2 import Summary

# plugin_name in the metadata -> kind
BY_PLUGIN = {
    "scalars": "scalar",
    "images": "image",
    "audio": "audio",
    "histograms": "histogram",
    "text": "text",
    "pr_curves": "pr_curve",
    "mesh": "mesh",
    "hparams": "hparams",
    "custom_scalars": "custom_scalars",
}

# field of the oneof `value` -> kind
BY_FIELD = {
    "simple_value": "scalar",
    "image": "image",
    "histo": "histogram",
    "audio": "audio",
}


def classify(value: Summary.Value, plugin: str) -> str | None:
    """The kind of `value`; `plugin` is what the tag's first metadata named, or "".

    None when the value holds nothing, such as metadata alone. A bare tensor of rank 0 counts as a
    scalar: TensorBoard hides it, but nothing else could be meant.
    """
    field = value.WhichOneof("value")
    if field is None or field == "obsolete_old_style_histogram":
        return None
    if field != "tensor":
        return BY_FIELD[field]
    if plugin:
        return BY_PLUGIN.get(plugin, "tensor")
    return "tensor" if value.tensor.tensor_shape.dim else "scalar"
