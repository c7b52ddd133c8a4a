# SPDX-License-Identifier: BSD-3-Clause
"""scikit-beam on a frame set: with_scikit_beam.py FRAMES_FOLDER STEM RESULT.npz"""
import sys

import h5py
import numpy as np
from skbeam.core.correlation import multi_tau_auto_corr, two_time_corr
from skbeam.core.speckle import xsvs

folder, stem, result = sys.argv[1:]
with h5py.File(f"{folder}/{stem}.h5") as raw, h5py.File(f"{folder}/qmap.h5") as qmap:
    images, rings = raw["/entry/data/data"], qmap["/qmap/dynamic_roi_map"][()].astype(int)
    g2, lags = multi_tau_auto_corr(max(1, (len(images) - 1).bit_length() - 2), 8, rings, images)
    two_time = two_time_corr(rings, images, len(images), len(images), 1)[0]  # and its times
# One photon in one pixel of one of 16 frames: no window of any length holds more than one.
frames = np.zeros((16, 4, 4), dtype=int)
frames[2, 1, 1] = 1
probability, _ = xsvs([frames], np.ones((4, 4), dtype=int), timebin_num=2, number_of_img=16, max_cts=4)
np.savez(result, lags=lags, g2=g2, two_time=two_time, counts_of_one_photon=np.flatnonzero(probability[3, 0]))  # windows of 8 frames
