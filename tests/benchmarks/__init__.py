"""What skdense costs in time and memory, beside scikit-learn's MLP and other libraries.

From a checkout, with nothing else running:

    python -m tests.benchmarks [--only speed,memory] [--toy] [--rounds 3] [--peers sklearn,torch]
                               [--record docs/study/releases.jsonl]

Each topic is a file here, and says what it measures. Peers are sklearn, torch, jax and onnxruntime
(with skl2onnx); those that are not installed are left out. --toy takes a few rows, to see that all
runs. --record keeps the figures as the line of this release. In full it needs 10 GB of memory and
5 GB on the disk of the temporary folder.
"""

import warnings

from sklearn.exceptions import ConvergenceWarning

# A time is asked for, not a good fit; here, as processes that are started import it as well.
warnings.simplefilter("ignore", ConvergenceWarning)
