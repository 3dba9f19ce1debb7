"""`tf.debugging`: checks, under the names of TensorFlow 1.5 and later."""

from neuronboard.engine.ops import checks as _checks
from neuronboard.engine.ops.checks import *
from neuronboard.engine.ops.checks import verify_tensor_all_finite as assert_all_finite
from neuronboard.engine.ops.functions import is_finite, is_inf, is_nan

__all__ = ["assert_all_finite", "is_finite", "is_inf", "is_nan"]
__all__ += _checks.__all__
