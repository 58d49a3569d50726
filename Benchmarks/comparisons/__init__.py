"""Everything that is compared, in the order of the report."""

from .prediction import PREDICTION
from .start import START
from .training import TRAINING

COMPARISONS = [*TRAINING, *PREDICTION, *START]
