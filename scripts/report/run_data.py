# SPDX-License-Identifier: BSD-3-Clause
"""Reads what the page shows: analysis.json, resolved.json, thermo.csv, log.txt and, for maps, xpcs.h5."""
import glob
import json
import os
import re

import h5py
import numpy as np


class Run:
    def __init__(self, folder):
        self.folder = folder
        self.analysis = _json(os.path.join(folder, "analysis.json"))
        self.replicas = sorted(p for p in glob.glob(os.path.join(folder, "replica_*")) if _begun(os.path.join(p, "thermo.csv"))) or [folder]
        self.input = {}
        for place in [folder] + self.replicas + [os.path.join(folder, "..")]:  # the last: one replica by itself
            path = os.path.join(place, "resolved.json")
            if os.path.exists(path):
                self.input = _json(path)
                break
        # None of a stored trajectory (`patina scatter`).
        self.thermo = [_thermo(os.path.join(p, "thermo.csv")) for p in self.replicas
                       if os.path.exists(os.path.join(p, "thermo.csv"))]
        self.protocol = self.input.get("protocol", [])
        self.provenance = _provenance(self.replicas[0], self.input)

    @property
    def atoms(self):
        return self.analysis["atoms"] or 1

    def atoms_of(self, rows):
        """Their number at each line: it changes where a film grows or is cut."""
        return rows["atoms"] if "atoms" in rows.dtype.names else np.full(len(rows), self.atoms)

    def step_rows(self, thermo, step):
        if "protocol_step" not in thermo.dtype.names:
            return thermo
        return thermo[np.isclose(thermo["protocol_step"], step)]

    def step_times(self, thermo):
        """Number, start and end of each step. No row is written at a start: it is the end of the step before."""
        if "protocol_step" not in thermo.dtype.names:
            return []
        times, end = [], 0.0
        for step in np.unique(thermo["protocol_step"]):
            rows = self.step_rows(thermo, step)["time_ps"]
            times.append((int(round(step)), end, rows.max()))
            end = rows.max()
        return times

    def unfinished(self):
        """How far the protocol got, in words; nothing if it is complete."""
        # One replica of a run, reported by itself, is complete without the others.
        asked_for = self.input.get("replicas", 1) if self.replicas != [self.folder] else 1
        words = []
        for place, thermo in zip(self.replicas, self.thermo):
            missing = self._missing(thermo)
            if missing:
                words.append((os.path.basename(place) if asked_for > 1 else "it") + " " + missing)
        not_begun = asked_for - len(self.replicas)
        if not_begun > 0:
            words.append(f"{not_begun} of {asked_for} replicas {'has' if not_begun == 1 else 'have'} not begun")
        return "; ".join(words)

    def _missing(self, thermo):
        if not self.protocol or "protocol_step" not in thermo.dtype.names:
            return ""
        if not len(thermo):
            return "has no row yet"
        last, start, end = self.step_times(thermo)[-1]
        if last < len(self.protocol) - 1:
            return f"ended within or after step {last} of {len(self.protocol) - 1}"
        step = self.protocol[last]
        rate = step.get("cooling_rate_K_per_s") or step.get("heating_rate_K_per_s")
        due = step.get("duration_ps") or (abs(step["to_K"] - step["from_K"]) / rate * 1e12 if rate else 0.0)
        done = end - start
        return f"has {done:.4g} of {due:.4g} ps of its last step" if done < 0.999 * due else ""

    def history(self):
        """The samples that the first replica comes from, oldest first, as its newest kept sample tells; before there is one, as the input does."""
        files = sorted(glob.glob(os.path.join(self.replicas[0], "samples", "*.h5")))
        if files:
            with h5py.File(files[-1]) as f:
                texts = {name: f["history/" + name].asstr()[()] for name in ("run", "step", "state", "potential_sha256")}
                return [{"run": run, "step": step, "state": state, "potential": potential, "time_ps": time}
                        for run, step, state, potential, time in zip(*texts.values(), f["history/time_ps"][()])]
        parent = self.input["structure"]
        return [{"run": parent["run"], "step": parent["step"], "state": parent["states"][0], "potential": "", "time_ps": float("nan")}]

    def step_name(self, step):
        if 0 <= step < len(self.protocol):
            return self.protocol[step].get("label") or self.protocol[step].get("type", "step")
        return "step" if self.thermo else "trajectory"

    def entries(self, group):
        """Entries of the first replica's xpcs.h5 that hold such a group."""
        path = os.path.join(self.replicas[0], "xpcs.h5")
        if not os.path.exists(path):
            return []
        with h5py.File(path, "r") as file:
            return sorted(entry for entry in file if f"{entry}/{group}" in file)

    def frame_sets(self):
        """Folders of frames of detectors, of the first replica."""
        return sorted(os.path.dirname(p) for p in glob.glob(os.path.join(self.replicas[0], "frames", "*", "s0001_results.hdf")))

    def dataset(self, entry, name):
        """A dataset of each replica's xpcs.h5; an empty list if it is not there."""
        found = []
        for place in self.replicas:
            path = os.path.join(place, "xpcs.h5")
            if not os.path.exists(path):
                continue
            with h5py.File(path, "r") as file:
                if f"{entry}/{name}" in file:
                    found.append(file[f"{entry}/{name}"][()])
        return found

    def attribute(self, entry, name, attribute):
        """An attribute of a group or dataset in each replica's xpcs.h5; an empty list if it is not there."""
        found = []
        for place in self.replicas:
            path = os.path.join(place, "xpcs.h5")
            if not os.path.exists(path):
                continue
            with h5py.File(path, "r") as file:
                if f"{entry}/{name}" in file and attribute in file[f"{entry}/{name}"].attrs:
                    found.append(file[f"{entry}/{name}"].attrs[attribute])
        return found


def _json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _begun(path):
    """Whether a table has a line below that of names."""
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as file:
        return sum(1 for _ in zip(file, range(2))) > 1


def _thermo(path):
    with open(path, encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    # Targets are empty where there are none (a minimised sample): NaN.
    rows = np.atleast_2d(np.genfromtxt(path, delimiter=",", skip_header=1))
    table = np.zeros(len(rows), dtype=[(name, float) for name in names])
    for k, name in enumerate(names):
        table[name] = rows[:, k]
    return table


def _provenance(folder, given):
    """What log.txt says of the program and the potential that made the run."""
    facts = {"seed": given.get("seed")}
    path = os.path.join(folder, "log.txt")
    if not os.path.exists(path):
        return facts
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    for key, pattern in {"version": r"patina (\S+) \(git", "git": r"\(git ([^)]+)\)", "ranks": r"(\d+) rank",
                         "threads": r"of (\d+) thread", "trajectory": r"trajectory (.+?): \d+ atoms", "potential": r"potential (.+?) \(sha256",
                         "sha256": r"sha256 ([0-9a-f]{64})"}.items():
        found = re.search(pattern, text)
        if found:
            facts[key] = found.group(1)
    return facts


def composition(given):
    parts = given.get("structure", {}).get("composition") or {}
    if not parts:
        return " ".join(given.get("potential", {}).get("species", [])) or "sample"
    return "".join(f"{name}{100 * fraction:g}" for name, fraction in parts.items())


def value_with_error(value, error):
    """4.21(13): the error in units of the last digits shown; two digits of it."""
    if value is None or not np.isfinite(value):
        return "–"
    if not error or not np.isfinite(error) or error <= 0:
        return f"{value:.4g}"
    digits = max(0, 1 - int(np.floor(np.log10(error))))
    return f"{value:.{digits}f} ± {error:.{digits}f}"
