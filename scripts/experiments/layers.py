# SPDX-License-Identifier: BSD-3-Clause
"""What windows of an observer "xpcs" saw, layer by layer across an edge of the cell; and figures of atoms, averaged over layers."""
import csv
import math


def curves_of(entry, composition):
    """{lag_ps, f, f_errors, and with a composition f_self, f_self_errors} of the first waiting time; "starts": f of each waiting time."""
    cut = entry["intermediate_scattering"]
    good = [k for k, v in enumerate(cut["f"][0]) if not math.isnan(v)]
    curves = {"lag_ps": [float(cut["lag_ps"][k]) for k in good]} | {name: [float(cut[name][0][k]) for k in good] for name in ("f", "f_errors")}
    curves["starts"] = [[float(f[k]) for k in good] for f in cut["f"]]
    if composition and "self_scattering" in entry:
        one = entry["self_scattering"]
        share = [composition[s.decode() if isinstance(s, bytes) else str(s)] for s in one["species"][:]]
        curves["f_self"] = [sum(c * float(one["f"][0][k][i]) for i, c in enumerate(share)) for k in good]
        curves["f_self_errors"] = [math.sqrt(sum((c * float(one["f_errors"][0][k][i])) ** 2 for i, c in enumerate(share))) for k in good]
    return curves


def layers_of(folder, composition=None):
    """(layers, whole): {entry without its window: [{entry, centre (fraction), fwhm_A, curves}] by centre} and {entry: curves} of those without windows, of xpcs.h5."""
    import h5py
    layers, whole = {}, {}
    with h5py.File(folder / "xpcs.h5") as file:
        for name, entry in file.items():
            if "intermediate_scattering" not in entry:
                continue
            seen = entry["q_set"].attrs
            if "window_across" not in seen:
                whole[name] = curves_of(entry, composition)
                continue
            across = seen["window_across"]
            axis = "xyz".index(across.decode() if isinstance(across, bytes) else str(across))
            layers.setdefault(name.rsplit("_window", 1)[0], []).append(
                {"entry": name, "centre": float(seen["window_centre_fractional"][axis]), "fwhm_A": float(seen["window_fwhm_A"])} | curves_of(entry, composition))
    return {entry: sorted(rows, key=lambda r: r["centre"]) for entry, rows in layers.items()}, whole


def fits_of(analysis):
    """{entry: the coherent KWW fit of its last waiting time that is not refused}"""
    found = {}
    for one in analysis["relaxation"]:
        for fit in one["coherent"]["fits"]:
            if fit["status"] != "refused":
                found[one["entry"]] = fit
    return found


def among(groups):
    """(F, its standard error if the groups are alike): variance among means of groups of n over that within; groups of as many values."""
    n, many = len(groups[0]), len(groups)
    means = [sum(g) / n for g in groups]
    middle = sum(means) / many
    between, within = many - 1, many * (n - 1)
    ratio = n * sum((m - middle) ** 2 for m in means) / between / (sum((v - m) ** 2 for g, m in zip(groups, means) for v in g) / within)
    return ratio, math.sqrt(2 / between + 2 / within)


def atoms_of(path):
    """{frame: {id: row}} of a table that `patina structure --per-atom` wrote."""
    frames = {}
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            frames.setdefault(int(row["frame"]), {})[int(row["id"])] = {k: float(row[k]) for k in ("x_A", "y_A", "z_A", "volume_A3", "d2_min_A2", "shear_strain")}
    return frames


def frames_of(replica):
    """Of a run's trajectory, frame by frame: (edges that went along with all strains as rows, positions on their paths), as arrays; rows of atoms by id."""
    import h5py
    import numpy
    frames = []
    for segment in sorted((replica / "trajectory").glob("seg_*.h5md")):
        with h5py.File(segment) as file:
            group = file["particles/trajectory"]
            edges, place, image = (group[name][:] for name in ("box/edges/value", "position/value", "image/value"))
            turn = group["box/lattice_turn/value"][:] if "lattice_turn" in group["box"] else [numpy.eye(3)] * len(edges)
            frames += [(numpy.linalg.inv(t) @ e, p + i @ e) for e, p, i, t in zip(edges, place, image, turn)]
    return frames


def shear_of(edges):
    """What goes along x over the height along y."""
    return edges[1][0] / edges[1][1]


def profile(values, bins):
    """Mean over each of so many equal layers of (fraction of the edge, value) pairs."""
    sums, counts = [0.0] * bins, [0] * bins
    for place, value in values:
        k = int((place % 1.0) * bins) % bins
        sums[k] += value
        counts[k] += 1
    return [s / n if n else math.nan for s, n in zip(sums, counts)]


def distance(a, b):
    """Of two fractions of a periodic edge."""
    d = abs(a - b) % 1.0
    return min(d, 1.0 - d)
