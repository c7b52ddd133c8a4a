# SPDX-License-Identifier: BSD-3-Clause
"""The core of pyXpcsViewer on a file of results: with_viewer.py RESULTS.hdf RESULT.npz"""
import os
import sys

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pyxpcsviewer.core.file_io.qmap_utils import QMapManager  # noqa: E402
from pyxpcsviewer.core.xpcs_file import XpcsFile  # noqa: E402

path, result = sys.argv[1:]
file = XpcsFile(path, qmap_manager=QMapManager())
q, lags_s, g2, errors, labels = file.get_g2_data()
two_time = np.array([file.get_twotime_c2(k, correct_diag=False, max_size=0)["c2_mat"] for k in range(len(file.c2_processed_bins))])
shown = file.get_twotime_c2(0, correct_diag=True, max_size=0)["c2_mat"]
# What its window asks for beside correlations.
file.get_saxs1d_data()
file.get_twotime_maps()
file.get_detector_extent()
file.get_info_at_position(*(n // 2 for n in file.saxs_2d.shape[:-3:-1]))
assert len(file.get_twotime_qbin_labels()) == len(two_time) and len(file.Int_t_fft) == 2
contrast = float(g2[0].max() - g2[-1].min())
bounds = [[1e-3 * contrast, 0.1 * lags_s[0], 0.2, 0.5], [10.0 * contrast, 10.0 * lags_s[-1], 3.0, 2.0]]
fit = file.fit_g2(q_range=None, t_range=None, bounds=bounds, fit_flag=[True] * 4, fit_func="single")["fit_val"]  # a exp(-2 (t/b)^c) + d
np.savez(result, q=q, lags_s=lags_s, g2=g2, errors=errors, two_time=two_time, shown_diagonal=np.diagonal(shown), fit=fit, labels=labels)
