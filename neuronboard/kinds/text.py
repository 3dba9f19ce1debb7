"""The text kind: strings at a step, Markdown by convention.

A string tensor of any rank with metadata plugin "text" (torch writes rank 1 under
`<tag>/text_summary`, TensorFlow rank 0 under the tag).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.formats.tensor_proto import make_ndarray, make_tensor_proto
from neuronboard.pb.summary_pb2 import DATA_CLASS_TENSOR, Summary, SummaryMetadata

_METADATA = SummaryMetadata(
    plugin_data=SummaryMetadata.PluginData(plugin_name="text"), data_class=DATA_CLASS_TENSOR
)


def encode(tag: str, text: str) -> Summary.Value:
    """A value under `tag` that holds one string."""
    if not isinstance(text, str):
        raise TypeError(f"text {tag!r} needs a str, got {text!r} of type {type(text).__name__}")
    return Summary.Value(tag=tag, metadata=_METADATA, tensor=make_tensor_proto([text]))


def decode(value: Summary.Value) -> npt.NDArray[Any]:
    """The strings, an object array of str in the tensor's shape; broken UTF-8 is replaced."""
    raw = make_ndarray(value.tensor)
    flat = [item.decode("utf-8", "replace") for item in raw.reshape(-1)]
    return np.array(flat, object).reshape(raw.shape)
