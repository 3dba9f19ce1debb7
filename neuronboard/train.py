"""`tf.train`: optimizers, learning rates, averages, checkpoints, and the writer.

What only some programs use is loaded when it is asked for.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from neuronboard.engine import decay as _decay
from neuronboard.engine.averages import (
    ExponentialMovingAverage,
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
    global_step,
)
from neuronboard.engine.decay import *
from neuronboard.engine.optimizers import Optimizer
from neuronboard.engine.rules import (
    AdadeltaOptimizer,
    AdagradOptimizer,
    AdamOptimizer,
    FtrlOptimizer,
    GradientDescentOptimizer,
    MomentumOptimizer,
    ProximalAdagradOptimizer,
    ProximalGradientDescentOptimizer,
    RMSPropOptimizer,
)
from neuronboard.writer.summary_writer import FileWriter as SummaryWriter

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "ExponentialMovingAverage",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "Optimizer",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
    "SummaryWriter",
    "assert_global_step",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
]
__all__ += _decay.__all__

if TYPE_CHECKING:
    from neuronboard.engine.checkpoint import CheckpointReader as NewCheckpointReader

# module -> what of it is loaded when it is asked for
_LATER = {
    "engine.checkpoint": [
        *("CheckpointReader", "checkpoint_exists", "get_checkpoint_mtimes", "list_variables"),
        *("load_checkpoint", "load_variable", "remove_checkpoint"),
    ],
    "engine.checkpoint_state": [
        *("generate_checkpoint_state_proto", "get_checkpoint_state", "latest_checkpoint"),
        "update_checkpoint_state",
    ],
    "engine.coordinator": ["Coordinator", "LooperThread", "start_queue_runners"],
    "engine.hooks": [
        *("CheckpointSaverHook", "CheckpointSaverListener", "FeedFnHook", "FinalOpsHook"),
        *("LoggingTensorHook", "NanLossDuringTrainingError", "NanTensorHook"),
        *("SecondOrStepTimer", "SessionRunArgs", "SessionRunContext", "SessionRunHook"),
        *("SessionRunValues", "StopAtStepHook"),
    ],
    "engine.monitored": [
        *("ChiefSessionCreator", "MonitoredSession", "Scaffold", "SingularMonitoredSession"),
    ],
    "monitored": ["MonitoredTrainingSession", "StepCounterHook", "SummarySaverHook"],
    "engine.meta_graph": ["export_meta_graph", "import_meta_graph", "write_graph"],
    "engine.saver": ["Saver"],
    "pb.example_pb2": [
        *("BytesList", "Example", "Feature", "FeatureList", "FeatureLists", "Features"),
        *("FloatList", "Int64List", "SequenceExample"),
    ],
    "pb.saver_pb2": ["CheckpointState", "SaverDef"],
}
_ROOMS = {name: room for room, names in _LATER.items() for name in names}
__all__ += [*_ROOMS, "NewCheckpointReader"]


def __getattr__(name: str) -> Any:
    """Loads what is not there yet."""
    spelled = "CheckpointReader" if name == "NewCheckpointReader" else name
    if spelled not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(_import_module(f"neuronboard.{_ROOMS[spelled]}"), spelled)
    globals()[name] = found
    return found
