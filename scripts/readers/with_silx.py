# SPDX-License-Identifier: BSD-3-Clause
"""silx on groups that should plot themselves: with_silx.py FILE GROUP,GROUP,... RESULT.npz"""
import sys

import numpy as np
import silx.io
from silx.io import nxdata

path, groups, result = sys.argv[1:]
told = []
with silx.io.open(path) as file:
    for group in groups.split(","):
        plot = nxdata.get_default(file[group], validate=True)
        told.append("" if plot is None or not plot.is_valid else f"{plot.signal_name} {list(plot.signal.shape)} over {plot.axes_names}")
np.savez(result, told=told)
