# SPDX-License-Identifier: BSD-3-Clause
"""xpcs_correlator's dense reference on a frame set: with_xpcs_correlator.py FRAMES_FOLDER STEM RESULT.npz

Its chunked and sparse correlators start a dask cluster that listens on all interfaces of the machine; they are not run.
"""
import sys

import h5py
import numpy as np
from xpcscorr import correlator_dense_reference

folder, stem, result = sys.argv[1:]
with h5py.File(f"{folder}/{stem}.h5") as raw, h5py.File(f"{folder}/qmap.h5") as qmap:
    found = correlator_dense_reference(raw["/entry_0000/measurement/data"][()], qmap["/qmap/dynamic_roi_map"][()].astype(int), ttcf_format="t1,t2")
np.savez(result, g2=np.asarray(found.g2).T, two_time=np.asarray(found.ttcf))
