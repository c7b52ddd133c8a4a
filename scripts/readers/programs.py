# SPDX-License-Identifier: BSD-3-Clause
"""Each reader: how it is run on a frame set, unmodified and in a process of its own, and what should come out."""
import os
import pathlib
import shutil
import subprocess

import h5py
import numpy as np

import correlators
from judgement import Note, Row
from movies import STEM

HERE = pathlib.Path(__file__).resolve().parent


class Failed(Exception):
    pass


def call(command, folder):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace", env=environment, cwd=folder)
    if done.returncode != 0:
        raise Failed(f"ended with {done.returncode}: {' '.join((done.stderr or done.stdout).split())[-200:]}")


def all_of(group):
    return np.array([group[key][()] for key in sorted(group)])


class Library:
    """A Python package that is given arrays; with_NAME.py runs under the readers' Python."""

    def __init__(self, name, package, python):
        self.name, self.package, self.python = name, package, python

    def version(self):
        code = f"from importlib.metadata import version; print(version('{self.package}'))"
        done = subprocess.run([self.python, "-c", code], capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else None

    def found(self, folder, *arguments):
        result = os.path.join(folder, "found.npz")
        call([self.python, HERE / f"with_{self.name}.py", *arguments, result], folder)
        with np.load(result) as file:
            return {key: file[key] for key in file.files}

    # Lags from 1 on: at lag 0 there is shot noise, which the truth has none of.
    def multi_tau_row(self, movie, values, lags, channels, own, allowed, static=False):
        truth = movie.bins_and_truth(static)[1]
        return Row(self.name, movie.name, "g2, multi-tau", values, own, allowed, truth.multi_tau(lags, channels),
                   truth.multi_tau_errors(lags, channels), lags)

    def two_time_row(self, movie, values, allowed, static=False):
        bins, truth = movie.bins_and_truth(static)
        return Row(self.name, movie.name, "C(t1,t2)", values, correlators.two_time(movie.frames, bins), allowed, truth.two_time(),
                   truth.two_time_errors())

    def example_row(self, example, values, allowed, bins):
        at = np.ix_(range(bins.rings), example.places, example.places)
        return Row(self.name, example.name, "C(t1,t2)", values[at], correlators.two_time(example.frames, bins)[at], allowed, example.two_time, example.errors)

    def diagonals_row(self, movie, quantity, values, own, allowed, static=False):
        """values, own: [lag][ring] from lag 0 on; half of the lags."""
        truth, lags = movie.bins_and_truth(static)[1], np.arange(1, movie.shape[0] // 2)
        return Row(self.name, movie.name, quantity, values[lags], own[lags], allowed, truth.diagonals()[lags], truth.diagonals_errors(lags), lags)


class BoostCorr(Library):
    def run(self, movie, folder, *options, kind="Both"):
        call([self.python, "-m", "boost_corr.cli", "-r", movie.raw_file, "-q", os.path.join(movie.folder, "qmap.h5"), "-o", folder, "-t", kind,
              "-i", -1, "-w", *options], folder)
        return os.path.join(folder, STEM + "_results.hdf")

    def check_example(self, example, folder):
        with h5py.File(self.run(example, folder, "--crop-ratio-threshold", 1.1, kind="Twotime")) as file:
            yield self.example_row(example, all_of(file["/xpcs/twotime/correlation_map"]), 1e-5, example.static)

    def check(self, movie, folder):
        with h5py.File(self.run(movie, folder, "--crop-ratio-threshold", 1.1)) as file:
            lags, g2 = file["/xpcs/multitau/delay_list"][()], file["/xpcs/multitau/normalized_g2"][()]
            two_time, one_time = all_of(file["/xpcs/twotime/correlation_map"]), file["/xpcs/twotime/normalized_g2"][()]
        scaled = movie.frames / movie.good_means[:, None]  # its default: each frame divided by its mean
        own = correlators.multi_tau(scaled, movie.static, lags, 8)
        # Sums in bfloat16, 8 bits: 0.4 % of a pixel's sums, less in the mean over pixels [formats.md 2.1.4 c].
        yield self.multi_tau_row(movie, g2, lags, 8, own, 2e-3, static=True)
        yield self.two_time_row(movie, two_time, 1e-5, static=True)
        own = correlators.diagonals(correlators.two_time(movie.frames, movie.static))
        yield self.diagonals_row(movie, "g2 of C", one_time, own, 1e-5, static=True)
        if movie.raw_file.endswith(".h5"):
            yield from self.without_cropping(movie, folder, g2)

    def without_cropping(self, movie, folder, own):
        """Its default where most of the detector is good [formats.md 2.1.4 a, b]."""
        uncropped = os.path.join(folder, "uncropped")
        os.mkdir(uncropped)
        try:
            self.run(movie, uncropped, kind="Twotime")
            shown = False
        except Failed:
            shown = True
        yield Note(self.name, movie.name, "two-time fails where half of the pixels or more are good, unless --crop-ratio-threshold 1.1", shown)
        with h5py.File(self.run(movie, uncropped, kind="Multitau")) as file:
            g2, means = file["/xpcs/multitau/normalized_g2"][()], file["/xpcs/spatial_mean/intensity_vs_time"][1]
        wrong = int(np.count_nonzero(np.abs(means / movie.raw.mean(axis=(1, 2)) - 1.0) > 1e-3))
        yield Note(self.name, movie.name, f"without it frames are mixed up by loading them in parallel: {wrong} of {len(means)} have a wrong mean, "
                   f"g2 is off by up to {np.max(np.abs(g2 - own)):.3g}", wrong > 0)


class XpcsEigen(Library):
    """A C++ program, called corr."""

    def version(self):
        return f"as built at {self.package}" if self.package else None

    def run(self, movie, folder, kind, *options):
        config = os.path.join(folder, kind + ".hdf")
        shutil.copy(movie.file("_eigen.hdf"), config)
        with h5py.File(config, "r+") as file:
            del file["/xpcs/analysis_type"]
            file["/xpcs/analysis_type"] = kind
        call([self.package, "--hdf5", *options, config], folder)
        return h5py.File(config)

    def check_example(self, example, folder):
        with self.run(example, folder, "Twotime") as file:
            yield self.example_row(example, all_of(file["/exchange/C2T_all"]), 5e-5, example.rings)

    def check(self, movie, folder):
        yield from self.multi_tau(movie, folder)
        with self.run(movie, folder, "Twotime") as file:
            two_time, one_time, windows = all_of(file["/exchange/C2T_all"]), file["/exchange/g2full"][()], file["/exchange/g2partials"][()]
        yield self.two_time_row(movie, two_time, 5e-5)
        own = correlators.diagonals(correlators.two_time(movie.frames, movie.rings))
        yield self.diagonals_row(movie, "g2 of C", one_time, own, 5e-5)
        yield self.windows_row(movie, windows)

    def windows_row(self, movie, found):
        """g2 of C in windows of starts: [lag][window][ring]."""
        length, windows = found.shape[:2]
        lags, c = np.arange(1, length), correlators.two_time(movie.frames, movie.rings)
        starts = [np.arange(k * length, (k + 1) * length) for k in range(windows)]
        own = np.array([[[matrix[s, s + lag].mean() for matrix in c] for s in starts] for lag in lags])
        truth = movie.by_ring
        return Row(self.name, movie.name, f"g2 in {windows} windows", found[lags], own, 5e-5, truth.in_windows(lags, starts),
                   truth.in_windows_errors(lags, starts), lags)

    def multi_tau(self, movie, folder):
        with self.run(movie, folder, "Multitau", "--g2out") as file:
            channels = 2 * int(file["/xpcs/delays_per_level"][0, 0])
            found = {key: file["/exchange"][key][()] for key in ("tau", "norm-0-g2", "G2")}
        lags = found["tau"].ravel().astype(int)
        past, future, products = (correlators.pixel_means(movie.frames, lags, channels, kind) for kind in ("past", "future", "product"))
        theirs = found["G2"].reshape(len(lags), -1)[:, movie.inside.ravel()]
        short = np.flatnonzero((np.abs(theirs - products) > 1e-4 * (1.0 + products)).any(axis=0))
        exact = correlators.normalised(products, past, future, movie.static)
        for pixel in short:
            products[:, pixel] = correlators.products_of_stale_lists(movie.frames[:, pixel], lags, channels)
        own = correlators.normalised(products, past, future, movie.static)
        yield self.multi_tau_row(movie, found["norm-0-g2"], lags, channels, own, 5e-5, static=True)
        off = np.abs(found["norm-0-g2"] - exact)
        yield Note(self.name, movie.name, f"loses products in {len(short)} of {movie.frames.shape[1]} pixels at lags above {channels}: g2 is off by up to "
                   f"{off.max():.1e} (at lag {lags[off.max(axis=1).argmax()]}), by {off[lags <= channels].max():.1e} below", len(short) > 0)


class ScikitBeam(Library):
    def check_example(self, example, folder):
        yield self.example_row(example, self.found(folder, example.folder, STEM)["two_time"], 1e-9, example.rings)

    def check(self, movie, folder):
        found = self.found(folder, movie.folder, STEM)
        lags = found["lags"][1:]
        yield self.multi_tau_row(movie, found["g2"][1:], lags, 7, correlators.multi_tau(movie.frames, movie.rings, lags, 7), 1e-9)
        yield self.two_time_row(movie, found["two_time"], 1e-9)
        most = int(found["counts_of_one_photon"].max())
        yield Note(self.name, movie.name, f"xsvs counts {most} where a window of 8 frames holds a single photon", most > 1)


class XpcsCorrelator(Library):
    def check_example(self, example, folder):
        yield self.example_row(example, self.found(folder, example.folder, STEM)["two_time"], 1e-9, example.rings)

    def check(self, movie, folder):
        found = self.found(folder, movie.folder, STEM)
        g2 = np.vstack([np.full(movie.rings.rings, np.nan), found["g2"]])  # it begins with lag 1
        yield self.diagonals_row(movie, "g2 (ratio of sums)", g2, correlators.ratio_of_sums(movie.frames, movie.rings), 1e-9)
        yield self.two_time_row(movie, found["two_time"], 1e-9)


class Dynamix(Library):
    def check(self, movie, folder):
        found = self.found(folder, movie.folder, STEM)["g2"]
        yield self.diagonals_row(movie, "g2 (ratio of sums)", found, correlators.ratio_of_sums(movie.frames, movie.rings), 1e-5)
