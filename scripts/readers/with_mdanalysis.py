# SPDX-License-Identifier: BSD-3-Clause
"""MDAnalysis on a trajectory segment, without a topology: with_mdanalysis.py SEGMENT.h5md RESULT.npz"""
import sys
import warnings

import MDAnalysis
import numpy as np

warnings.simplefilter("ignore")
path, result = sys.argv[1:]
universe = MDAnalysis.Universe(path)
frames = [(t.time, t.positions.copy(), t.triclinic_dimensions.copy()) for t in universe.trajectory]
time_ps, positions, box = (np.array(x) for x in zip(*frames))
np.savez(result, time_ps=time_ps, positions=positions, box=box)
