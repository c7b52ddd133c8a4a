# SPDX-License-Identifier: BSD-3-Clause
"""dynamix's matrix correlator on a frame set: with_dynamix.py FRAMES_FOLDER STEM RESULT.npz"""
import sys

import h5py
import numpy as np
from dynamix.correlator.dense import MatMulCorrelator

folder, stem, result = sys.argv[1:]
with h5py.File(f"{folder}/{stem}.h5") as raw, h5py.File(f"{folder}/qmap.h5") as qmap:
    frames, rings = raw["/1.1/measurement/eiger4m"][()], qmap["/qmap/dynamic_roi_map"][()].astype(int)
np.savez(result, g2=MatMulCorrelator(frames.shape[1:], len(frames), rings).correlate(frames).T)
