# SPDX-License-Identifier: BSD-3-Clause
"""Reads a folder of `patina synth`: synth.h5, or frames/ of a detector, beside resolved.json and score.json."""
import json
import os

import h5py
import numpy as np

MOST_NUMBERS = 4e7  # of one shell in memory


def _movie(folder):
    return os.path.join(folder, "synth.h5")


def _results(folder):
    return os.path.join(folder, "frames", "s0001_results.hdf")


def is_synthetic(folder):
    return os.path.exists(_movie(folder)) or (os.path.exists(_results(folder)) and not os.path.exists(os.path.join(folder, "thermo.csv")))


class Shell:
    """One q: the truth of some frames, and how to see them."""

    def __init__(self, data, number):
        self._data, self.number = data, number
        group = data.truth_root[f"shell{number:02d}"]
        self.q = float(group["q_inv_A"][()])
        self.contrast = float(group["contrast"][()])
        holder = group["speckle"] if data.is_movie else group
        self.generators = [g.decode() if isinstance(g, bytes) else str(g) for g in np.atleast_1d(holder.attrs["generators"])]
        self.time = group["truth/t1_s"][:]
        self.g2 = group["truth/g2"][:]
        self.f = np.hypot(group["truth/f_real"][:], group["truth/f_imag"][:])
        self.frame = group["truth/frame"][:].astype(int)
        self.clock = {name: group["clock/" + name][()] for name in ("s", "tau_s", "weight", "kww_exponent")}
        self.pixels = int(group["speckle/intensity"].shape[1] if data.is_movie else group["pixels"][()])
        self.photons = None if data.is_movie else float(group["photons_per_pixel"][()])
        self.pixels_per_speckle = 1.0 if data.is_movie else float(group["pixels_per_speckle"][()])
        self.contrast_of_frames = self.contrast if data.is_movie else float(group["contrast_of_frames"][()])
        self.rates = ({name: group["rates/" + name][:] for name in ("factor", "fraction")} if "rates" in group else None)

    def sample_correlation(self):
        """C of the frames of the truth, over as many pixels as fit; and how many these are."""
        rows = self._data.rows(self.number, self.frame)
        mean = rows.mean(1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return rows @ rows.T / rows.shape[1] / np.outer(mean, mean), rows.shape[1]


class Synthetic:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "resolved.json"), encoding="utf-8") as file:
            self.input = json.load(file)
        self.score = None
        if os.path.exists(os.path.join(folder, "score.json")):
            with open(os.path.join(folder, "score.json"), encoding="utf-8") as file:
                self.score = json.load(file)
        self.is_movie = os.path.exists(_movie(folder))
        self.file = h5py.File(_movie(folder) if self.is_movie else _results(folder), "r")
        self.truth_root = self.file if self.is_movie else self.file["truth"]
        attributes = self.truth_root.attrs
        self.convention, self.seed, self.git = str(attributes["convention"]), int(attributes["seed"]), str(attributes["git_hash"])
        self.version = str(self.file.attrs["version"])
        self.shells = [Shell(self, k) for k in range(sum(name.startswith("shell") for name in self.truth_root))]
        events = self.truth_root["events"]
        self.events = [(kind.decode() if isinstance(kind, bytes) else kind, int(zone), float(time), float(advance)) for kind, zone, time, advance in
                       zip(events["kind"][:], events["zone"][:], events["time_s"][:], events["advance"][:])]
        # Of the whole movie.
        self.times = (self.file["shell00/speckle/t_s"][:] if self.is_movie else np.arange(self.input["frames"]["count"]) * self.input["frames"]["interval_s"])

    def rows(self, shell, frames):
        """Frames as rows of pixels of one shell."""
        if self.is_movie:
            data = self.file[f"shell{shell:02d}/speckle/intensity"]
            pixels = int(min(data.shape[1], max(2, MOST_NUMBERS / len(frames))))
            return data[frames, :pixels].astype(np.float32)
        import frames as detector

        shape, read = detector.frames_of(os.path.join(self.folder, "frames"))
        pixels = np.flatnonzero(self.file["/xpcs/qmap/dynamic_roi_map"][:].ravel() == shell + 1)[:int(max(2, MOST_NUMBERS / len(frames)))]
        return np.array([read(k, k + 1)[0][pixels] for k in frames], np.float32)
