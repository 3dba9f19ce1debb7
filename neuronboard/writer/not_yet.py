"""Methods of torch's and tensorboardX's writers that are still to come.

They have the signatures that scripts call, so a script goes on; each warns once, with the name of
what was not written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from neuronboard.writer.warn import warn_user


class NotYet:
    """What a `SummaryWriter` takes and does not write yet."""

    _told: set[str]

    def _not_written(self, method: str, what: str) -> None:
        if method not in self._told:
            self._told.add(method)
            warn_user(
                f"{what} was not written: NeuronBoard's writer has no {method} yet (this is said "
                "once); scalars, text, graphs and hyper-parameters are written"
            )

    def add_tensor(
        self, tag: str, tensor: Any, global_step: int | None = None, walltime: float | None = None
    ) -> None:
        """A tensor of any shape."""
        self._not_written("add_tensor", f"tensor {tag!r}")

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: int | None = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """How the values of an array are distributed."""
        self._not_written("add_histogram", f"histogram {tag!r}")

    def add_histogram_raw(
        self,
        tag: str,
        min: float,
        max: float,
        num: float,
        sum: float,
        sum_squares: float,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """The same, counted by the caller."""
        self._not_written("add_histogram_raw", f"histogram {tag!r}")

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """A picture."""
        self._not_written("add_image", f"image {tag!r}")

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Several pictures in one."""
        self._not_written("add_images", f"image {tag!r}")

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        rescale: float = 1,
        dataformats: str = "CHW",
        labels: Any = None,
    ) -> None:
        """A picture with boxes drawn into it."""
        self._not_written("add_image_with_boxes", f"image {tag!r}")

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: int | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Figures of matplotlib; they are closed, if `close`, so that they do not pile up."""
        self._not_written("add_figure", f"figure {tag!r}")
        pyplot = sys.modules.get("matplotlib.pyplot")
        for each in figure if isinstance(figure, list) else [figure]:
            if close and pyplot is not None:
                pyplot.close(each)

    def add_video(
        self,
        tag: str,
        vid_tensor: Any,
        global_step: int | None = None,
        fps: float = 4,
        walltime: float | None = None,
        dataformats: str = "NTCHW",
    ) -> None:
        """Moving pictures."""
        self._not_written("add_video", f"video {tag!r}")

    def add_audio(
        self,
        tag: str,
        snd_tensor: Any,
        global_step: int | None = None,
        sample_rate: int = 44100,
        walltime: float | None = None,
    ) -> None:
        """Sound."""
        self._not_written("add_audio", f"audio {tag!r}")

    def add_onnx_graph(self, prototxt: Any) -> None:
        """The graph of a file of ONNX."""
        self._not_written("add_onnx_graph", f"the graph of {prototxt!r}")

    def add_openvino_graph(self, xmlname: Any) -> None:
        """The graph of a file of OpenVINO."""
        self._not_written("add_openvino_graph", f"the graph of {xmlname!r}")

    def add_embedding(
        self,
        mat: Any,
        metadata: Any = None,
        label_img: Any = None,
        global_step: int | None = None,
        tag: str = "default",
        metadata_header: Any = None,
    ) -> None:
        """Points of many dimensions, with labels."""
        self._not_written("add_embedding", f"embedding {tag!r}")

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: int | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Precision over recall."""
        self._not_written("add_pr_curve", f"precision-recall curve {tag!r}")

    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: Any,
        false_positive_counts: Any,
        true_negative_counts: Any,
        false_negative_counts: Any,
        precision: Any,
        recall: Any,
        global_step: int | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """The same, counted by the caller."""
        self._not_written("add_pr_curve_raw", f"precision-recall curve {tag!r}")

    def add_mesh(
        self,
        tag: str,
        vertices: Any,
        colors: Any = None,
        faces: Any = None,
        config_dict: Any = None,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Points and surfaces in space."""
        self._not_written("add_mesh", f"mesh {tag!r}")

    def export_scalars_to_json(self, path: Any) -> None:
        """tensorboardX: the values of `add_scalars` as a file."""
        self._not_written("export_scalars_to_json", f"{str(path)!r}")

    @contextmanager
    def use_metadata(
        self, *, global_step: int | None = None, walltime: float | None = None
    ) -> Iterator[Self]:
        """tensorboardX: step and time of everything that is added in the block."""
        self._not_written("use_metadata", f"step {global_step} or time {walltime} of a block")
        yield self
