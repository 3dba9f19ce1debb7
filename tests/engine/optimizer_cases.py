"""Each optimizer beside its formula, written here once more, in float64 and without graphs.

A formula is a function of hyperparameters that gives a step: (weights, gradient) -> new weights,
for arrays of any shape; what it remembers it keeps itself. Sources: the papers; for epsilons and
starts TensorFlow's documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import neuronboard as tf

Step = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Trained:
    """types: those of a whole gradient and of rows, or None where rows take others."""

    types: tuple[str, str | None]
    make: Callable[[], Any]
    formula: Callable[[], Step]
    decays: bool = False  # whether rows that get no gradient move all the same

    def __str__(self) -> str:
        return self.types[0]


def _descent(rate: float) -> Step:
    return lambda w, g: w - rate * g


def _momentum(rate: float, share: float, nesterov: bool) -> Step:
    kept: dict[str, Any] = {"v": 0.0}

    def step(w: Any, g: Any) -> Any:
        kept["v"] = share * kept["v"] + g
        return w - rate * (g + share * kept["v"] if nesterov else kept["v"])

    return step


def _adagrad(rate: float, start: float) -> Step:
    kept: dict[str, Any] = {"s": start}

    def step(w: Any, g: Any) -> Any:
        kept["s"] = kept["s"] + g**2
        return w - rate * g / np.sqrt(kept["s"])

    return step


def _adadelta(rate: float, rho: float, epsilon: float) -> Step:
    kept: dict[str, Any] = {"g": 0.0, "d": 0.0}

    def step(w: Any, g: Any) -> Any:
        kept["g"] = rho * kept["g"] + (1 - rho) * g**2
        d = np.sqrt((kept["d"] + epsilon) / (kept["g"] + epsilon)) * g
        kept["d"] = rho * kept["d"] + (1 - rho) * d**2
        return w - rate * d

    return step


def _rms_prop(rate: float, decay: float, share: float, epsilon: float, centered: bool) -> Step:
    kept: dict[str, Any] = {"s": 1.0, "m": 0.0, "v": 0.0}

    def step(w: Any, g: Any) -> Any:
        kept["s"] = decay * kept["s"] + (1 - decay) * g**2
        kept["m"] = decay * kept["m"] + (1 - decay) * g
        spread = kept["s"] - (kept["m"] ** 2 if centered else 0)
        kept["v"] = share * kept["v"] + rate * g / np.sqrt(spread + epsilon)
        return w - kept["v"]

    return step


def _adam(rate: float, b1: float, b2: float, epsilon: float) -> Step:
    kept: dict[str, Any] = {"m": 0.0, "v": 0.0, "t": 0}

    def step(w: Any, g: Any) -> Any:
        kept["t"] += 1
        kept["m"] = b1 * kept["m"] + (1 - b1) * g
        kept["v"] = b2 * kept["v"] + (1 - b2) * g**2
        scaled = rate * np.sqrt(1 - b2 ** kept["t"]) / (1 - b1 ** kept["t"])
        return w - scaled * kept["m"] / (np.sqrt(kept["v"]) + epsilon)

    return step


def _ftrl(rate: float, power: float, l1: float, l2: float, shrink: float) -> Step:
    kept: dict[str, Any] = {"n": 0.1, "z": 0.0}

    def step(w: Any, g: Any) -> Any:
        n = kept["n"] + g**2
        sigma = (n**-power - kept["n"] ** -power) / rate
        kept["z"] = kept["z"] + g + 2 * shrink * w - sigma * w
        kept["n"] = n
        z = kept["z"]
        weights = (np.sign(z) * l1 - z) / (n**-power / rate + 2 * l2)
        return np.where(np.abs(z) > l1, weights, 0.0)

    return step


def _shrunk(w: Any, rate: Any, l1: float, l2: float) -> Any:
    return np.sign(w) * np.maximum(np.abs(w) - rate * l1, 0) / (1 + rate * l2)


def _proximal(rate: float, l1: float, l2: float) -> Step:
    return lambda w, g: _shrunk(w - rate * g, rate, l1, l2)


def _proximal_adagrad(rate: float, start: float, l1: float, l2: float) -> Step:
    kept: dict[str, Any] = {"s": start}

    def step(w: Any, g: Any) -> Any:
        kept["s"] = kept["s"] + g**2
        own = rate / np.sqrt(kept["s"])
        return _shrunk(w - own * g, own, l1, l2)

    return step


_train = tf.train

OPTIMIZERS = [
    Trained(
        ("ApplyGradientDescent", "ScatterSub"),
        lambda: _train.GradientDescentOptimizer(0.1),
        lambda: _descent(0.1),
    ),
    Trained(
        ("ApplyMomentum", "SparseApplyMomentum"),
        lambda: _train.MomentumOptimizer(0.1, 0.9),
        lambda: _momentum(0.1, 0.9, False),
    ),
    Trained(
        ("ApplyMomentum", "SparseApplyMomentum"),
        lambda: _train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        lambda: _momentum(0.1, 0.9, True),
    ),
    Trained(
        ("ApplyAdagrad", "SparseApplyAdagrad"),
        lambda: _train.AdagradOptimizer(0.1, 0.2),
        lambda: _adagrad(0.1, 0.2),
    ),
    Trained(
        ("ApplyAdadelta", "SparseApplyAdadelta"),
        lambda: _train.AdadeltaOptimizer(1.0, 0.9, 1e-6),
        lambda: _adadelta(1.0, 0.9, 1e-6),
    ),
    Trained(
        ("ApplyRMSProp", "SparseApplyRMSProp"),
        lambda: _train.RMSPropOptimizer(0.01, momentum=0.8),
        lambda: _rms_prop(0.01, 0.9, 0.8, 1e-10, False),
    ),
    Trained(
        ("ApplyCenteredRMSProp", "SparseApplyCenteredRMSProp"),
        lambda: _train.RMSPropOptimizer(0.01, 0.8, centered=True),
        lambda: _rms_prop(0.01, 0.8, 0.0, 1e-10, True),
    ),
    Trained(
        ("ApplyAdam", None),
        lambda: _train.AdamOptimizer(0.01),
        lambda: _adam(0.01, 0.9, 0.999, 1e-8),
        decays=True,
    ),
    Trained(
        ("ApplyFtrl", "SparseApplyFtrl"),
        lambda: _train.FtrlOptimizer(
            0.1, l1_regularization_strength=0.05, l2_regularization_strength=0.1
        ),
        lambda: _ftrl(0.1, -0.5, 0.05, 0.1, 0.0),
    ),
    Trained(
        ("ApplyFtrlV2", "SparseApplyFtrlV2"),
        lambda: _train.FtrlOptimizer(0.1, -0.7, l2_shrinkage_regularization_strength=0.2),
        lambda: _ftrl(0.1, -0.7, 0.0, 0.0, 0.2),
    ),
    Trained(
        ("ApplyProximalGradientDescent", "SparseApplyProximalGradientDescent"),
        lambda: _train.ProximalGradientDescentOptimizer(0.1, 0.05, 0.1),
        lambda: _proximal(0.1, 0.05, 0.1),
    ),
    Trained(
        ("ApplyProximalAdagrad", "SparseApplyProximalAdagrad"),
        lambda: _train.ProximalAdagradOptimizer(0.1, 0.2, 0.05, 0.1),
        lambda: _proximal_adagrad(0.1, 0.2, 0.05, 0.1),
    ),
]
