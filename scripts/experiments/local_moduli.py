# SPDX-License-Identifier: BSD-3-Clause
"""Local shear moduli of a glass, by cells of several widths. Row P4.

A minimum is strained by +gamma and by -gamma, all of it alike, and minimised. With W_i(xy) the virials of its atoms (`patina evaluate --virials`), cells by where the atoms
stood, and V_m the volume of a cell, G_m = [sigma_m(+gamma) - sigma_m(-gamma)] / 2 gamma and sigma_m = -sum_i W_i(xy) / V_m: what the stress of a cell does when the sample is strained
[Mizuno, Mossa & Barrat, PRE 87, 042306 (2013), doi 10.1103/PhysRevE.87.042306]. Its mean over cells is the modulus of the sample, which the energies of the three minima know
without any stress: E(+gamma) + E(-gamma) - 2 E(0) = G V gamma^2.
"""
import math

import h5py
import numpy as np

from statistics_of import mean, middle_of
from study import read_json, replicas_of

PART = "moduli"
GPA_A3_PER_EV = 160.2176634
NARROWEST_A = 6.0  # some ten atoms; the cutoff is 7.6 A


def states(study, folder, replica):
    """(strain, state) of the three minima: positions, cell edges, and of `patina evaluate` energy, volume and virials."""
    protocol = read_json(folder / "resolved.json")["protocol"]
    potential = read_json(folder / "resolved.json")["potential"]
    kept = {}
    for path in sorted((replica / "samples").glob("step*.h5")):
        step = protocol[int(path.name[4:6])]
        if step["type"] != "minimise":
            continue
        out = replica / f"virials_{path.stem}.json"
        if not out.exists():
            study.patina("evaluate", path, "--potential", potential["files"][0], "--species", ",".join(potential["species"]), "--virials", "--output", out)
        strain = 0.0 if step.get("label") == "at_rest" else float(step["label"].rsplit("_", 1)[1])
        with h5py.File(path) as file:
            kept[strain] = {"position_A": file["atoms/position_A"][()], **read_json(out)}
    return kept


def moduli_of(kept):
    """(G of the sample by energies, {cells along an edge: (width A, [G of each cell])}), GPa."""
    low, high = min(kept), max(kept)
    rest, volume = kept[0.0], kept[0.0]["volume_A3"]
    by_energy = (kept[high]["potential_energy_eV"] + kept[low]["potential_energy_eV"] - 2 * rest["potential_energy_eV"]) / (volume * high**2) * GPA_A3_PER_EV
    change = -(np.array(kept[high]["virials_eV"])[:, 3] - np.array(kept[low]["virials_eV"])[:, 3]) / (high - low) * GPA_A3_PER_EV
    edge = volume ** (1 / 3)  # a cube
    place = (rest["position_A"] / edge) % 1.0
    cells = {}
    for n in range(1, max(2, int(edge / NARROWEST_A)) + 1):
        index = np.minimum((place * n).astype(int), n - 1)
        sums = np.bincount((index[:, 2] * n + index[:, 1]) * n + index[:, 0], weights=change, minlength=n**3)
        cells[n] = (edge / n, list(sums * n**3 / volume))
    return by_energy, cells


def measure(study):
    """What the figure draws; nothing at sizes without such an input."""
    if PART not in study.parts():
        return {}
    folder = study.make("run", PART)
    each = [moduli_of(states(study, folder, replica)) for replica in replicas_of(folder)]
    study.note("modulus_by_cells_over_by_energy", *middle_of(cells[1][1][0] / by_energy for by_energy, cells in each))
    study.note("modulus_of_the_sample_GPa", *mean(by_energy for by_energy, _ in each))
    rows = []
    for n in sorted(set.intersection(*(set(cells) for _, cells in each)) - {1}):
        widths = [np.std(cells[n][1], ddof=1) for _, cells in each]
        rows.append({"cell_A": mean(cells[n][0] for _, cells in each)[0], "std_GPa": (float(np.mean(widths)), float(np.mean(widths) / math.sqrt(2 * len(each) * (n**3 - 1)))),
                     "negative": float(np.mean([np.mean(np.array(cells[n][1]) < 0) for _, cells in each])), "G_GPa": [g for _, cells in each for g in cells[n][1]]})
    narrow = min(rows, key=lambda row: abs(row["cell_A"] - 10))
    study.note("local_modulus_std_over_mean_at_1nm", narrow["std_GPa"][0] / mean(by_energy for by_energy, _ in each)[0], narrow["std_GPa"][1] / mean(by_energy for by_energy, _ in each)[0])
    study.note("local_modulus_negative_at_1nm", narrow["negative"])
    if len(rows) > 2:
        x, y = np.log([r["cell_A"] for r in rows]), np.log([r["std_GPa"][0] for r in rows])
        weight = np.array([(r["std_GPa"][0] / r["std_GPa"][1]) ** 2 for r in rows])
        middle = np.average(x, weights=weight)
        slope = np.sum(weight * (x - middle) * y) / np.sum(weight * (x - middle) ** 2)
        study.note("local_modulus_std_power_of_width", slope, 1 / math.sqrt(np.sum(weight * (x - middle) ** 2)))
    return {"rows": rows, "by_energy_GPa": [v for v, _ in each]}


def draw(panels, found):
    for row in found["rows"]:
        values = row["G_GPa"]
        panels[0].hist(values, bins=max(6, min(40, int(2 * len(values) ** 0.4))), density=True, histtype="step", label=f"{row['cell_A']:.0f} Å")
    panels[0].axvline(mean(found["by_energy_GPa"])[0], color="k", lw=0.8, ls=":")
    panels[0].set(xlabel="local shear modulus (GPa)", ylabel="share per GPa", title="cells of width")
    panels[0].legend()
    width = [row["cell_A"] for row in found["rows"]]
    panels[1].errorbar(width, [row["std_GPa"][0] for row in found["rows"]], [row["std_GPa"][1] for row in found["rows"]], fmt="o")
    panels[1].plot(width, [found["rows"][0]["std_GPa"][0] * (w / width[0]) ** -1.5 for w in width], color="0.6", lw=0.8, label="$w^{-3/2}$")
    panels[1].set(xscale="log", yscale="log", xlabel="width of the cells (Å)", ylabel="scatter of local moduli (GPa)")
    panels[1].legend()
