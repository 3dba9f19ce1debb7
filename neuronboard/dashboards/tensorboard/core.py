"""TensorBoard's questions about the whole of a log directory: pure functions of a catalog."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from neuronboard.dashboards.tensorboard.board import TENSORBOARD, Board
from neuronboard.errors import NotFoundQueryError
from neuronboard.kinds.classify import describe
from neuronboard.store import Catalog, Run


class Plugin(NamedTuple):
    """A tab of TensorBoard's. data: the names in metadata, or the kinds of ours, that it shows.

    element: the element of TensorBoard's page that draws it; "" is an Angular component of its own.
    """

    name: str
    tab_name: str
    data: tuple[str, ...]
    element: str
    disable_reload: bool = False
    module: str = ""


Beside = Callable[[Run, str], bytes | None]  # `Store.beside`
PROJECTOR_CONFIGS = (
    "projector_config.pbtxt",
    "plugins/org_tensorflow_tensorboard_projector/projector_config.pbtxt",
)

_GRAPH_DATA = (
    "graph",
    "run_metadata",
    "graphs",
    "graph_run_metadata",
    "graph_run_metadata_graph",
    "graph_keras_model",
    "graph_tagged_run_metadata",
)
_SCALARS = ("scalar", "scalars")
_IMAGES = ("image", "images")
_HISTOGRAMS = ("histogram", "histograms")

PLUGINS = (
    Plugin("timeseries", "Time Series", _SCALARS + _IMAGES + _HISTOGRAMS, ""),
    Plugin("scalars", "scalars", _SCALARS, "tf-scalar-dashboard"),
    Plugin("custom_scalars", "Custom Scalars", ("custom_scalars",), "tf-custom-scalar-dashboard"),
    Plugin("images", "images", _IMAGES, "tf-image-dashboard"),
    Plugin("audio", "audio", ("audio",), "tf-audio-dashboard"),
    Plugin("debugger-v2", "Debugger V2", (), ""),
    Plugin("graphs", "graphs", _GRAPH_DATA, "tf-graph-dashboard", disable_reload=True),
    Plugin("distributions", "distributions", _HISTOGRAMS, "tf-distribution-dashboard"),
    Plugin("histograms", "histograms", _HISTOGRAMS, "tf-histogram-dashboard"),
    Plugin("text", "text", ("text",), "tf-text-dashboard"),
    Plugin("pr_curves", "PR Curves", ("pr_curve", "pr_curves"), "tf-pr-curve-dashboard"),
    Plugin("profile_redirect", "Profile", (), "tf-profile-redirect-dashboard"),
    Plugin("hparams", "hparams", ("hparams",), "tf-hparams-dashboard"),
    Plugin("mesh", "mesh", ("mesh",), "mesh-dashboard"),
    Plugin("wit_redirect", "What-If Tool", (), "tf-wit-redirect-dashboard"),
    Plugin("projector", "projector", ("projector",), "", disable_reload=True, module="/index.js"),
)


def environment(catalog: Catalog, board: Board) -> dict[str, Any]:
    """Which program answers, and what for."""
    return {
        "version": TENSORBOARD,
        "data_location": catalog.logdir,
        "window_title": board.window_title,
        "experiment_name": "",
        "experiment_description": "",
        "creation_time": 0,
        "debug": {
            "data_provider": f"NeuronBoard {board.version} (logdir={catalog.logdir!r})",
            "flags": {**board.flags, "samples_per_plugin": dict(board.samples)},
        },
    }


def runs(catalog: Catalog) -> list[str]:
    """The runs by the time of their first event; those without an event at the end."""

    def key(item: tuple[str, float | None]) -> tuple[float, str]:
        run_id, time = item
        return (math.inf if time is None or math.isnan(time) else time), run_id

    return [
        run_id for run_id, _ in sorted(((r.id, r.first_wall_time) for r in catalog.runs), key=key)
    ]


def plugins_listing(catalog: Catalog, board: Board, beside: Beside) -> dict[str, Any]:
    """TensorBoard's tabs in its order, and for which of them there are data."""
    present = _data_in(catalog)
    if any(_has_embedding(run, beside) for run in catalog.runs):
        present.add("projector")
    return {
        plugin.name: {
            "disable_reload": plugin.disable_reload,
            "enabled": not present.isdisjoint(plugin.data),
            "remove_dom": False,
            "tab_name": plugin.tab_name,
            "loading_mechanism": _loading(plugin, board.path_prefix),
        }
        for plugin in PLUGINS
    }


def hparams_experiment(catalog: Catalog) -> dict[str, Any]:
    """What there is of hyper-parameters, where there are none: Time Series asks for it too."""
    _need_no_hparams(catalog)
    texts = {"name": "", "description": "", "user": ""}
    return {**texts, "timeCreatedSecs": 0.0, "hparamInfos": [], "metricInfos": []}


def hparams_session_groups(catalog: Catalog) -> dict[str, Any]:
    """The trainings with hyper-parameters, where there are none."""
    _need_no_hparams(catalog)
    return {"sessionGroups": [], "totalSize": 0}


def _need_no_hparams(catalog: Catalog) -> None:
    if "hparams" in _data_in(catalog):
        raise NotFoundQueryError("hyper-parameters are not served here yet")


def has_plugin(name: str | None) -> bool:
    """Whether TensorBoard has a plugin of that name."""
    return name in [plugin.name for plugin in PLUGINS]


def _has_embedding(run: Run, beside: Beside) -> bool:
    """Whether the projector's configuration in the run's folder names an embedding."""
    return any(b"embeddings" in (beside(run, name) or b"") for name in PROJECTOR_CONFIGS)


def _data_in(catalog: Catalog) -> set[str]:
    """The kinds there are, and the plugins that metadata name."""
    metadata = {data for run in catalog.runs for data in run.metadata.values()}
    found = {describe(data)[0] for data in metadata}
    for run in catalog.runs:
        found.update(kind for kind, _ in run.blob_keys)
    if any(run.scalar_tags for run in catalog.runs):
        found.add("scalar")
    return found


def _loading(plugin: Plugin, path_prefix: str) -> dict[str, str]:
    if plugin.module:
        path = f"{path_prefix}/data/plugin/{plugin.name}{plugin.module}"
        return {"type": "IFRAME", "module_path": path}
    if plugin.element:
        return {"type": "CUSTOM_ELEMENT", "element_name": plugin.element}
    return {"type": "NG_COMPONENT"}
