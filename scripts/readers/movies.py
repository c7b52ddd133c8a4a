# SPDX-License-Identifier: BSD-3-Clause
"""Movies by `patina synth` for readers to read, and what is true of them, from closed forms and the files' own geometry."""
import json
import os
import subprocess

import h5py
import numpy as np

from correlators import Bins
from expectation import Truth

STEM = "s0001"
INTERVAL_S = 0.1
# The beam passes beside the detector, whose mask has a gap between modules and dead pixels; the mean intensity halves across a ring.
DETECTOR = {"geometry": {"rows": 160, "columns": 150, "pixel_size_um": 75, "distance_m": 2, "photon_energy_keV": 10,
                         "column_gaps": [{"first": 40, "count": 4}]},
            "axis_row": -30, "ring_width_inv_A": 0.003, "static_parts": 2, "intensity_power": 2, "faults": {"dead_fraction": 0.01},
            "write": {"events": True, "rigaku": True}}
COMMON = {"q_inv_A": [0.009, 0.014], "q0_inv_A": 0.011, "q_exponent": 2, "contrast": 0.5}
# Few photons on the detector of 512 x 1024 pixels that boost_corr takes a .bin to be of.
SPARSE_DETECTOR = {**DETECTOR, "geometry": {**DETECTOR["geometry"], "rows": 512, "columns": 1024, "column_gaps": []}, "ring_width_inv_A": 0.01,
                   "intensity_power": 1}
SPARSE = {"q_inv_A": [0.06, 0.08], "q0_inv_A": 0.07, "q_exponent": 2, "contrast": 0.5}
SPARSE_READERS = ["boost_corr", "h5py"]
ZONES = {"stationary": {"kww_exponent": 1.5, "clock": {"type": "stationary", "tau_s": 1.5}},
         "ageing": {"kww_exponent": 1.0, "clock": {"type": "ageing", "tau_s": 1.0, "growth_time_s": 10.0}}}


def make(patina, name, folder, frames, photons, seed):
    """name: a zone of ZONES, or "sparse": few photons, of the stationary sample, that boost_corr reads from s0001.bin."""
    sparse = name == "sparse"
    config = {**(SPARSE if sparse else COMMON), "title": f"Readers: {name}", "seed": seed, "frames": {"count": frames, "interval_s": INTERVAL_S},
              "truth_frames": frames, "zones": [ZONES["stationary" if sparse else name]],
              "detector": {**(SPARSE_DETECTOR if sparse else DETECTOR), "photons_per_pixel": photons}}
    synth(patina, config, folder)
    return Movie(name, os.path.join(folder, "frames"), config, (".bin", SPARSE_READERS) if sparse else (".h5", None))


def make_example(patina, path, folder):
    synth_file(patina, path, folder)
    return Example(os.path.basename(path), os.path.join(folder, "frames"))


def synth(patina, config, folder):
    path = folder + ".json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    synth_file(patina, path, folder)


def synth_file(patina, path, folder):
    done = subprocess.run([patina, "synth", path, "--output", folder], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"patina synth ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}")


def field_closed_form(zone, times_s, q, config):
    """f(t1, t2) = exp(-(s2 - s1)^exponent), s(t) of the clock times (q / q0)^n."""
    clock = zone["clock"]
    s = times_s / clock["tau_s"]
    if clock["type"] == "ageing":
        s = clock["growth_time_s"] / clock["tau_s"] * -np.expm1(-times_s / clock["growth_time_s"])
    s = s * (q / config["q0_inv_A"])**config["q_exponent"]
    return np.exp(-np.abs(s[:, None] - s[None, :])**zone["kww_exponent"])


class FrameSet:
    """What stands in the folder frames/: counts, and the bins of the pixels that are looked at."""

    def __init__(self, name, folder, raw_file_and_readers=(".h5", None)):
        self.name, self.folder = name, folder
        ending, self.readers = raw_file_and_readers  # that get it; None: all
        self.raw_file = self.file(ending)
        self.results = os.path.join(folder, STEM + "_results.hdf")
        with h5py.File(self.file(".h5")) as raw:
            frames = raw["/entry/data/data"][()]
        self.shape, self.raw = frames.shape, frames
        with h5py.File(os.path.join(folder, "qmap.h5")) as file:
            self.qmap = {key: value[()] for key, value in file["/qmap"].items()}
        rings, good = self.qmap["dynamic_roi_map"].astype(int), self.qmap["mask"] == 1
        self.inside = inside = rings > 0
        self.frames = frames[:, inside].astype(float)
        self.good_means = frames[:, good].mean(axis=1)
        self.rings = Bins(rings[inside], rings[inside])
        self.static = Bins(self.qmap["static_roi_map"].astype(int)[inside], rings[inside])

    def file(self, ending):
        return os.path.join(self.folder, STEM + ending)


class Movie(FrameSet):
    """Of independent pixels without faults, whose truth follows from the input by closed forms."""
    check = "check"

    def __init__(self, name, folder, config, raw_file_and_readers):
        super().__init__(name, folder, raw_file_and_readers)
        self.config = config
        with h5py.File(self.file("_metadata.hdf")) as file:
            self.interval_s = float(file["/entry/instrument/detector_1/frame_time"][()])
            energy_keV = float(file["/entry/instrument/incident_beam/incident_energy"][()])
        # |q| of each pixel from what the map tells of the geometry: 4 pi / wavelength sin(theta).
        y, x = np.indices(self.inside.shape)
        radius = np.hypot(y - self.qmap["beam_center_y"], x - self.qmap["beam_center_x"]) * self.qmap["pixel_size"]
        q = 4.0 * np.pi * energy_keV / 12.398419843 * np.sin(0.5 * np.arctan2(radius, self.qmap["detector_distance"]))
        means = (config["detector"]["photons_per_pixel"] * (q / config["q0_inv_A"])**-config["detector"]["intensity_power"])[self.inside]
        times_s = self.interval_s * np.arange(len(self.frames))
        self.signal = np.array([config["contrast"] * field_closed_form(config["zones"][0], times_s, k, config)**2 for k in config["q_inv_A"]])
        self.by_ring, self.by_static = Truth(self.signal, self.rings, means), Truth(self.signal, self.static, means)

    def bins_and_truth(self, static):
        return (self.static, self.by_static) if static else (self.rings, self.by_ring)


class Example(FrameSet):
    """An input with all that makes frames real, and the truth of the file: C and its errors of every pair of some frames."""
    check = "check_example"

    def __init__(self, name, folder):
        super().__init__(name, folder)
        with h5py.File(self.results) as file:
            truths = [file["truth"][key]["truth"] for key in sorted(file["truth"]) if key.startswith("shell")]
            self.two_time, self.errors = (np.array([truth[key][()] for truth in truths]) for key in ("g2", "g2_errors"))
            self.places = truths[0]["frame"][()]
