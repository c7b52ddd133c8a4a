# SPDX-License-Identifier: BSD-3-Clause
"""Readers of files rather than of frames: h5py, silx, the viewer of the APS, MDAnalysis."""
import glob
import json
import os
import subprocess

import h5py
import numpy as np

from correlators import level_of
from expectation import diagonal_mean
from judgement import Note
from movies import synth
from programs import STEM, Library

LIQUID = {"title": "A small liquid", "potential": {"files": ["Cu-Zr_4.eam.fs"], "species": ["Cu", "Zr"]},
          "structure": {"type": "random", "atoms": 200, "composition": {"Cu": 0.5, "Zr": 0.5}, "volume_per_atom_A3": 17.5, "min_distance_A": 2.0},
          "dynamics": {"time_step_fs": 2.0},
          "protocol": [{"type": "minimise", "max_steps": 50, "max_force_eV_per_A": 0.5},
                       {"type": "melt", "temperature_K": 2000, "duration_ps": 0.4,
                        "observers": [{"type": "trajectory", "interval_steps": 20},
                                      {"type": "xpcs", "q_inv_A": 2.8, "width_inv_A": 0.3, "max_vectors": 100, "interval_steps": 20,
                                       "waiting_times_ps": [0.0], "self_vectors": 10}]}]}


class Folder:
    """Results of a command that are no frames."""
    check = "check_folder"

    def __init__(self, name, path):
        self.name, self.path, self.readers = name, path, None

    def file(self, name):
        return os.path.join(self.path, name)


def run_liquid(patina, folder):
    path = folder + ".json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(LIQUID, file)
    done = subprocess.run([patina, "run", path, "--output", folder], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"patina run ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}")
    return Folder("liquid", folder)


def make_speckles(patina, folder):
    synth(patina, {"title": "Speckles", "frames": {"count": 64}, "speckles": 500, "zones": [{}]}, folder)
    return Folder("speckles", folder)


class H5py:
    """This program's own h5py: one set of counts in all files, and the truth that the input says."""
    name, package = "h5py", "h5py"

    def version(self):
        return h5py.__version__

    def check(self, movie, folder):
        del folder

        def same(frame, pixel, count):
            dense = np.zeros((movie.shape[0], movie.raw[0].size), dtype=np.int64)
            dense[frame, pixel] = count
            return np.array_equal(dense.reshape(movie.shape), movie.raw)

        with h5py.File(movie.file("_events.h5")) as file:
            events = {key: value[()] for key, value in file["/entry_0000/measurement/data"].items()}
        frame = np.repeat(np.arange(movie.shape[0]), np.diff(events["frame_ptr"].astype(np.int64)))
        yield self.must(movie, "s0001_events.h5 (frame_ptr, index, intensity) holds the counts of s0001.h5", same(frame, events["index"], events["intensity"]))
        words = np.fromfile(movie.file(".bin"), dtype="<u8").astype(np.int64)
        yield self.must(movie, "s0001.bin (frame << 40 | pixel << 16 | count) holds the counts of s0001.h5",
                        same(words >> 40, words >> 16 & 0xFFFFFF, words & 0xFFF))
        with h5py.File(movie.results) as file:
            shells = [file["truth"][key] for key in sorted(file["truth"]) if key.startswith("shell")]
            worst = max(np.max(np.abs(found - 1.0 - movie.signal)) for found in
                        (np.array([shell["truth/g2"][()] for shell in shells]), file["/entry/twotime/two_time_corr_func"][()]))
            photons = np.array([shell["photons_per_pixel"][()] for shell in shells])
        yield self.must(movie, f"/truth and /entry/twotime are 1 + contrast |f|^2, f in closed form: off by {worst:.1e}", worst < 1e-9)
        off = np.max(np.abs(photons / movie.by_ring.photons - 1.0))
        yield self.must(movie, f"photons_per_pixel are those of the geometry: off by {off:.1e}", off < 1e-4)

    def must(self, movie, what, holds):
        return Note(self.name, movie.name, what, holds, must=True)


class Silx(Library):
    def check(self, movie, folder):
        groups = ["/", "/entry/data"] + [f"/truth/shell{k:02d}/truth" for k in range(movie.rings.rings)]
        yield from self.plots(movie.name, movie.results, groups, folder)

    def check_folder(self, results, folder):
        for name in ("xpcs.h5", "synth.h5"):
            if os.path.exists(results.file(name)):
                yield from self.plots(results.name, results.file(name), ["/"], folder)

    def plots(self, name, path, groups, folder):
        for group, told in zip(groups, self.found(folder, path, ",".join(groups))["told"]):
            yield Note(self.name, name, f"{os.path.basename(path)} {group} plots itself: {told or 'no'}", told != "", must=True)


class Viewer(Library):
    """The core of pyXpcsViewer on Patina's results, which hold what should be found in the frames."""

    def check(self, movie, folder):
        found = self.found(folder, movie.results)
        with h5py.File(movie.results) as file:
            delays = file["/xpcs/multitau/delay_list"][()]
        g2 = np.array([[1.0 + diagonal_mean(c, lag, level_of(lag, 8)) for c in movie.signal] for lag in delays])
        for what, off, most in (("g2", np.abs(found["g2"] - g2).max(), 1e-9), ("C(t1,t2)", np.abs(found["two_time"] - 1.0 - movie.signal).max(), 1e-6),
                                ("q", np.abs(found["q"] - movie.config["q_inv_A"]).max(), 1e-12),
                                ("delays in s", np.abs(found["lags_s"] - delays * movie.interval_s).max(), 1e-9)):
            yield Note(self.name, movie.name, f"{what} as shown are the truth: off by {off:.1e}", off < most, must=True)
        off = np.abs(found["shown_diagonal"] - np.diagonal(found["two_time"][0])).max()
        yield Note(self.name, movie.name, f"the diagonal that it draws is the mean of its neighbours, off by {off:.2g}", off > 1e-6)
        if movie.config["zones"][0]["clock"]["type"] != "stationary":
            return
        yield self.fit(movie, "the truth", found, 1e-3)
        # Photons to parameters by other programs alone. Errors of the fit are some 2 %.
        measured = os.path.join(os.path.dirname(folder), f"boost_corr-{movie.name}", STEM + "_results.hdf")
        if os.path.exists(measured):
            yield self.fit(movie, "what boost_corr found in the frames", self.found(folder, measured), 0.1)

    def fit(self, movie, of, found, most):
        zone = movie.config["zones"][0]
        tau = zone["clock"]["tau_s"] * (np.array(movie.config["q_inv_A"]) / movie.config["q0_inv_A"])**-movie.config["q_exponent"]
        off = found["fit"][:, 0, 1] / tau - 1.0, found["fit"][:, 0, 2] / zone["kww_exponent"] - 1.0
        words = [" and ".join(f"{100.0 * x:+.1f} %" for x in part) for part in off]
        return Note(self.name, movie.name, f"its fit of {of}: tau off by {words[0]}, the exponent by {words[1]}", np.max(np.abs(off)) < most, must=True)


class MDAnalysis(Library):
    def check_folder(self, results, folder):
        for path in sorted(glob.glob(results.file("trajectory/seg_*.h5md"))):
            yield self.segment(results.name, path, self.found(folder, path))

    def segment(self, name, path, found):
        with h5py.File(path) as file:
            group = file["/particles/trajectory"]
            positions, box, time_ps = (group[name][()] for name in ("position/value", "box/edges/value", "position/time"))
        off = [np.abs(found[key] - there).max() for key, there in (("positions", positions), ("box", box), ("time_ps", time_ps))]
        return Note(self.name, name, f"{len(time_ps)} frames of the trajectory: positions off by {off[0]:.1e} A, cell by {off[1]:.1e} A, times by {off[2]:.1e} ps",
                    max(off) < 1e-5, must=True)  # single precision of 15 A
