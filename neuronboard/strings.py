"""`tf.strings`: texts, under the names of TensorFlow 1.5 and later."""

from neuronboard.engine.ops.printing import string_format as format
from neuronboard.engine.ops.splitting import regex_full_match, regex_replace
from neuronboard.engine.ops.splitting import string_split as split
from neuronboard.engine.ops.text import as_string, reduce_join, substr
from neuronboard.engine.ops.text import string_join as join
from neuronboard.engine.ops.text import string_length as length
from neuronboard.engine.ops.text import string_lower as lower
from neuronboard.engine.ops.text import string_strip as strip
from neuronboard.engine.ops.text import string_to_hash_bucket_fast as to_hash_bucket_fast
from neuronboard.engine.ops.text import string_to_number as to_number
from neuronboard.engine.ops.text import string_upper as upper

__all__ = [
    "as_string",
    "format",
    "join",
    "length",
    "lower",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "split",
    "strip",
    "substr",
    "to_hash_bucket_fast",
    "to_number",
    "upper",
]
