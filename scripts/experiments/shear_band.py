# SPDX-License-Identifier: BSD-3-Clause
"""Virtual beam across a shear band (Figure 6): tau(x), D2min(x) and density beside what was sheared.

Inputs: a glass column sheared along its length without temperature, unloaded, and heated in steps, layers of it watched, beside the same glass
not sheared; a crystal within its elastic range; Brownian atoms with relaxation times that are known. Rows F6, P15, P17.
"""
import math

import known_zones
import layers
from statistics_of import mean, weighted
from study import read_json, replicas_of, thermo_of

BINS = 20  # of profiles along the column


def known(study):
    """Windows on trajectories of known tau."""
    shown, pulls = {}, []
    config = read_json(study.path_of("zones"))
    for variant, values in study.variants("zones").items():
        zones = config["x-zones"] | {k.rsplit("/", 1)[1]: v for k, v in values.items()}
        path = study.out / f"zones-{variant}.xyz"
        if not path.exists():
            study.out.mkdir(parents=True, exist_ok=True)
            known_zones.write(path, zones, config["observers"][0]["q_inv_A"])
        folder = study.scattered(path, variant, "zones")
        fits = layers.fits_of(study.analysis(folder))
        found, whole = layers.layers_of(folder)
        rows = []
        for row in next(iter(found.values())):
            part = known_zones.share_in_band(row["centre"] * zones["edges_A"][1], row["fwhm_A"], zones)
            fit = fits.get(row["entry"])
            truth = [known_zones.closed_form(t, part, zones) for t in row["lag_ps"]]
            half = min(range(len(truth)), key=lambda k: abs(truth[k] - 0.5))
            pulls.append((row["f"][half] - truth[half]) / row["f_errors"][half])
            rows.append({"centre": row["centre"], "share": part, "tau": [fit["tau_ps"]["value"], fit["tau_ps"]["error"]] if fit else None})
        shown[variant] = {"layers": rows, "zones": zones, "share": known_zones.share_of_atoms(zones), "whole": next(iter(whole.values()))}
    study.series["zones"] = shown
    two = shown["two_zones"]
    for name, inside in (("band", lambda share: share > 0.99), ("bulk", lambda share: share < 0.01)):
        true = two["zones"][f"tau_{name}_ps"]
        value, error, _ = weighted([[v / true for v in row["tau"]] for row in two["layers"] if inside(row["share"])])
        study.note(f"zones_tau_{name}_over_true", value, error)
    study.note("zones_f_chi2_per_layer", sum(p * p for p in pulls) / len(pulls), math.sqrt(2 / len(pulls)))
    uniform = shown["uniform"]["layers"]
    level = mean(row["tau"][0] for row in uniform)
    study.note("zones_tau_uniform_over_true", *(v / shown["uniform"]["zones"]["tau_bulk_ps"] for v in level))
    inner = [row["tau"][0] for row in uniform if row["share"] > 0.99]
    # by what all layers scatter: those in the middle are few
    study.note("zones_uniform_middle_over_all", mean(inner)[0] / level[0], level[1] / level[0] * math.sqrt(len(uniform) / len(inner) - 1))
    whole = two["whole"]
    off = [f - known_zones.closed_form(t, two["share"], two["zones"]) for t, f in zip(whole["lag_ps"], whole["f"])]
    study.note("zones_whole_less_mixture", mean(off[1:])[0], mean(whole["f_errors"][1:])[0])


def affine(study):
    """A crystal strained within its elastic range, and unloaded."""
    folder = study.make("run", "crystal")
    strain = next(s["strain"] for s in read_json(study.path_of("crystal"))["protocol"] if s["type"] == "strain")
    expected = math.sqrt(strain**2 / 4 + strain**4 / 12)  # von Mises' of the Green-Lagrange strain of a simple shear
    largest, strains, left, back = [], [], [], []
    for replica in replicas_of(folder):
        frames = layers.frames_of(replica)
        atoms = layers.atoms_of(study.atoms(replica, "first"))
        strained, last = sorted(atoms)[1], max(atoms)  # the first is the crystal itself
        largest.append(max(row["d2_min_A2"] for row in atoms[strained].values()))
        strains += [row["shear_strain"] / expected for row in atoms[strained].values()]
        back.append(max(row["d2_min_A2"] for row in atoms[last].values()))
        unloading = frames[2:-1]
        left.append(mean(layers.shear_of(edges) for edges, _ in unloading[len(unloading) // 2:])[0])
    study.note("affine_d2min_A2", max(largest))
    study.note("affine_shear_strain_over_closed_form", *mean(strains))
    study.note("crystal_strain_after_unload", *mean(left))
    study.note("crystal_d2min_after_unload_A2", max(back))


def strain_profile(before, after):
    """(shear of each of BINS layers, that of the cell): how far the means of u_x lie apart, from layer to layer, over their distance."""
    import numpy
    (edges, place), (edges_after, place_after) = before, after
    cell = layers.shear_of(edges_after) - layers.shear_of(edges)
    height = edges[1][1]
    bins = numpy.floor((place[:, 1] / height % 1.0) * BINS).astype(int) % BINS
    # where an atom went along x, whichever image of it: that of the cell in which it began
    u = place_after[:, 0] - place[:, 0] - cell * numpy.floor(place[:, 1] / height) * height
    middle = [float(u[bins == k].mean()) for k in range(BINS)]
    gaps = [middle[k + 1] - middle[k] for k in range(BINS - 1)] + [middle[0] + cell * height - middle[-1]]
    return [g * BINS / height for g in gaps], float(cell)


def portion(values, places):
    return sum(values[k] for k in places) / sum(values)


def deformed(study, replica, frames, kind):
    """Of control or band, from its minimum before to its minimum after: profiles of D2min, of shear, of atomic volumes (change, %), and the map."""
    first = {"control": 0, "band": 2}[kind]
    atoms = layers.atoms_of(study.atoms(replica, "previous"))
    before, after = (atoms[sorted(atoms)[first + k]] for k in (0, 1))
    height = frames[first][0][1][1]
    place = {i: row["y_A"] / height % 1.0 for i, row in before.items()}
    shear, cell = strain_profile(frames[first], frames[first + 1])
    return {"d2min_A2": layers.profile([(place[i], row["d2_min_A2"]) for i, row in after.items()], BINS), "shear": shear, "cell_shear": cell,
            "volume_percent": layers.profile([(place[i], 100 * (row["volume_A3"] / before[i]["volume_A3"] - 1)) for i, row in after.items()], BINS),
            "height_A": float(height), "map": [[before[i]["x_A"], before[i]["y_A"], row["d2_min_A2"]] for i, row in after.items()]}


def where(d2min):
    """Middle of the fifth of the column (a fraction) that moved most."""
    fifth = BINS // 5
    best = max(range(BINS), key=lambda k: sum(d2min[(k + j) % BINS] for j in range(fifth)))
    return (best + fifth / 2) / BINS % 1.0


def inside(place):
    """Bins of the fifth about it."""
    return [k for k in range(BINS) if layers.distance((k + 0.5) / BINS, place) < 0.1]


def beside(rows, place, key):
    """(near, far): what of the correlation is lost (-ln at the longest lag) in the layer nearest to the band, and in those beyond a quarter of the column. Errors hold what
    those layers scatter among themselves: a glass is not alike everywhere."""
    lost = [(-math.log(row[key][-1]), layers.distance(row["centre"], place)) for row in rows if row[key][-1] > 0]
    near = min(lost, key=lambda v: v[1])[0]
    far = mean(v for v, d in lost if d > 0.25)
    return (near, far[1] * math.sqrt(sum(d > 0.25 for _, d in lost))), far


def block_mean(values, blocks=4):
    n = len(values) // blocks
    return mean(sum(values[k * n:(k + 1) * n]) / n for k in range(blocks))


def liquid(found, protocol):
    """[f of each waiting time, of each layer] of the liquid, where it is about a half."""
    step = next(k for k, s in enumerate(protocol) if s.get("label") == "liquid")
    rows = next(rows for entry, rows in found.items() if entry.startswith(f"step{step:02d}_"))
    k = min(range(len(rows[0]["lag_ps"])), key=lambda j: abs(sum(r["f"][j] for r in rows) / len(rows) - 0.5))
    return [[f[k] for f in r["starts"]] for r in rows]


def holds_of(found, protocol):
    """{control, band: [(name, layers)] in order}; what comes before the restore is the control."""
    back = next(k for k, s in enumerate(protocol) if s["type"] == "restore")
    holds = {"control": [], "band": []}
    for entry, rows in sorted(found.items()):
        step = int(entry[4:].split("_")[0])
        label = protocol[step].get("label") or ""
        if label.startswith("hold_"):
            name = label[len("hold_"):]
            into = holds["band" if step > back else "control"]
            into.append((name + "_again" if name in dict(into) else name, rows))
    return holds


def simulated(study):
    folder = study.make("run")
    config = read_json(folder / "resolved.json")
    protocol, composition = config["protocol"], config["structure"]["composition"]
    unload = next(k for k, s in enumerate(protocol) if s.get("label") == "band_unloaded")
    alike = []
    stresses, profiles, points = [], {"control": [], "band": []}, {"control": {}, "band": {}}
    for replica in replicas_of(folder):
        found = layers.layers_of(replica, composition)[0]
        alike.append(layers.among(liquid(found, protocol)))
        thermo = thermo_of(replica)
        stress = [-p for p, k in zip(thermo["pressure_xy_GPa"], thermo["protocol_step"]) if k == unload]
        stresses.append(block_mean(stress[len(stress) // 2:]))
        frames = layers.frames_of(replica)
        for kind in profiles:
            profiles[kind].append(deformed(study, replica, frames, kind))
        place = where(profiles["band"][-1]["d2min_A2"])
        profiles["band"][-1]["place"] = profiles["control"][-1]["place"] = place
        for kind, holds in holds_of(found, protocol).items():
            for name, rows in holds:
                points[kind].setdefault(name, []).append({"rows": [{k: r[k] for k in r if k not in ("entry", "starts")} for r in rows], "place": place,
                                                          "f": beside(rows, place, "f"), "f_self": beside(rows, place, "f_self")})
    study.series |= {"profiles": profiles, "holds": points}
    study.note("liquid_among_layers_over_within", sum(f for f, _ in alike) / len(alike), math.hypot(*(e for _, e in alike)) / len(alike))
    value, error, _ = weighted(stresses)
    study.note("stress_after_unload_GPa", value, error)
    tell(study, profiles, points)


def tell(study, profiles, points):
    """Results, none of them a gate."""
    band = profiles["band"]
    study.note("shear_after_unload", *mean(p["cell_shear"] for p in band))
    study.note("share_of_shear_in_the_fifth_that_moved_most", *mean(portion(p["shear"], inside(p["place"])) for p in band))
    study.note("share_of_d2min_there", *mean(portion(p["d2min_A2"], inside(p["place"])) for p in band))
    study.note("share_of_d2min_there_control", *mean(portion(p["d2min_A2"], inside(p["place"])) for p in profiles["control"]))
    looser = []
    for p in band:
        here = inside(p["place"])
        looser.append(sum(p["volume_percent"][k] for k in here) / len(here) - sum(v for k, v in enumerate(p["volume_percent"]) if k not in here) / (BINS - len(here)))
    study.note("volume_of_band_less_rest_percent", *mean(looser))
    for kind, holds in points.items():
        for name, replicas in holds.items():
            for key in ("f", "f_self"):
                near, far = ((sum(r[key][k][0] for r in replicas) / len(replicas), math.hypot(*(r[key][k][1] for r in replicas)) / len(replicas)) for k in (0, 1))
                ratio = near[0] / far[0]
                study.note(f"{key}_lost_near_over_far_{kind}_{name}", ratio, abs(ratio) * math.hypot(near[1] / near[0], far[1] / far[0]))


def measure(study):
    known(study)
    affine(study)
    simulated(study)


def draw(study, pyplot):
    from style import sequence
    figure, panels = pyplot.subplots(2, 3, figsize=(11.5, 7))
    zones = study.series["zones"]["two_zones"]
    height = zones["zones"]["edges_A"][1]
    for row in zones["layers"]:
        panels[0][0].errorbar(row["centre"] * height, row["tau"][0], row["tau"][1], fmt="o", color="C0")
    low, high = zones["zones"]["band_A"]
    panels[0][0].step([0, low, high, height], [zones["zones"]["tau_bulk_ps"], zones["zones"]["tau_band_ps"], zones["zones"]["tau_bulk_ps"], zones["zones"]["tau_bulk_ps"]], where="post", color="k", lw=0.8)
    for row in study.series["zones"]["uniform"]["layers"]:
        panels[0][0].errorbar(row["centre"] * height, row["tau"][0], row["tau"][1], fmt="s", color="C1", ms=4)
    panels[0][0].set(xlabel="y (Å)", ylabel="tau (ps)", title="Brownian atoms: two zones, and one", ylim=(0, None))
    band, control = study.series["profiles"]["band"][0], study.series["profiles"]["control"][0]
    cloud = panels[0][1].scatter([m[1] for m in band["map"]], [m[0] for m in band["map"]], c=[min(m[2], 2.0) for m in band["map"]], s=4, cmap="inferno", vmin=0, vmax=2)
    figure.colorbar(cloud, ax=panels[0][1], label="D²min (Å²)")
    panels[0][1].set(xlabel="y (Å)", ylabel="x (Å)", title="D²min, sheared and unloaded")
    y = [(k + 0.5) / BINS * band["height_A"] for k in range(BINS)]
    panels[0][2].plot(y, band["d2min_A2"], "o-", label="sheared")
    panels[0][2].plot(y, control["d2min_A2"], "s-", color="0.5", label="not sheared")
    panels[0][2].axvline(band["place"] * band["height_A"], color="k", lw=0.8, ls=":")
    panels[0][2].set(xlabel="y (Å)", ylabel="D²min (Å²)")
    panels[0][2].legend()
    panels[1][0].plot(y, band["shear"], "o-", label="shear of the layer")
    panels[1][0].axhline(band["cell_shear"], color="k", lw=0.8, ls=":", label="of the cell")
    panels[1][0].set(xlabel="y (Å)", ylabel="shear left after unloading")
    panels[1][0].legend()
    panels[1][1].plot(y, band["volume_percent"], "o-", label="sheared")
    panels[1][1].plot(y, control["volume_percent"], "s-", color="0.5", label="not sheared")
    panels[1][1].axhline(0, color="0.6", lw=0.8)
    panels[1][1].set(xlabel="y (Å)", ylabel="change of the atomic volume (%)")
    panels[1][1].legend()
    names = list(study.series["holds"]["band"])
    for name, colour in zip(names, sequence(len(names))):
        for kind, style in (("band", "o-"), ("control", "x:")):
            one = study.series["holds"][kind][name][0]  # of the sample that the other panels show
            seen = sorted((layers.distance(r["centre"], one["place"]) * band["height_A"], -math.log(r["f_self"][-1])) for r in one["rows"] if r["f_self"][-1] > 0)
            panels[1][2].plot(*zip(*seen), style, color=colour, label=name.replace("_", " ") if kind == "band" else None)
    panels[1][2].set(xlabel="distance from the band (Å)", ylabel="−ln f_s (crosses: not sheared)", ylim=(0, None))
    panels[1][2].legend(fontsize=7)
    return figure
