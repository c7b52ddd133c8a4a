#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""scripts/experiment without its runs. Truths: verdicts worked out by hand; a sample of two halves of known moduli; `patina validate`; what the inputs say."""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts/experiments"))
import catalogue  # noqa: E402
import checks  # noqa: E402
import known_zones  # noqa: E402
import layers  # noqa: E402
import local_moduli  # noqa: E402
import recovery  # noqa: E402
import severe_shear  # noqa: E402
import shear_band  # noqa: E402
import statistics_of  # noqa: E402
from study import SIZES, Study, read_json  # noqa: E402

PATINA = sys.argv.pop(1)


def study_of(name, size="test", given=None):
    return Study(argparse.Namespace(name=name, size=size, input=given, out=pathlib.Path("/nowhere"), patina=PATINA, launcher=""))


def varied(config, values):
    """The input with these values, by JSON pointers (RFC 6901)."""
    result = json.loads(json.dumps(config))
    for pointers, value in values.items():
        for pointer in pointers.split():
            *way, last = pointer[1:].split("/")
            at = result
            for key in way:
                at = at[int(key)] if isinstance(at, list) else at[key]
            at[int(last) if isinstance(at, list) else last] = value
    return result


def validated(paths, tables):
    """`patina validate` of inputs; tables that they say how to make (x-potential) are made in that folder."""
    for path in paths:
        words = read_json(path).get("x-potential")
        if words and not (pathlib.Path(tables) / words[-1]).exists():
            subprocess.run([PATINA, "potential", *words], cwd=tables, check=True, capture_output=True)
    return subprocess.run([PATINA, "validate", *map(str, paths)], capture_output=True, text=True,
                          env=os.environ | {"PATINA_POTENTIALS": ":".join([str(tables)] + [p for p in [os.environ.get("PATINA_POTENTIALS")] if p])})


class Recovery(unittest.TestCase):
    def test_steps_of_drawn_curves(self):
        # 19 points from 0.05 to 60 ps with errors of 0.3: no step, one stretched over decades, two of 10 forty times apart; ten draws each.
        random, t = np.random.default_rng(5), np.geomspace(0.05, 60, 19)
        for steps, parts in ((0, ()), (1, ((20, 3, 0.6),)), (1, ((20, 3, 0.33),)), (2, ((10, 0.3, 0.9), (10, 12, 0.9)))):
            truth = sum((a * np.exp(-((t / tau) ** beta)) for a, tau, beta in parts), np.zeros(len(t)))
            found = [recovery.steps_of(t, truth + random.normal(0, 0.3, len(t)), np.full(len(t), 0.3)) for _ in range(10)]
            self.assertEqual([f["steps"] for f in found], [steps] * 10)
            if steps == 2:  # tau to a step of the grid (a third), amplitudes to a tenth on the average
                for i, (a, tau, _) in enumerate(parts):
                    self.assertLess(abs(math.log(np.median([f["parts"][i][2] for f in found]) / tau)), 0.35)
                    self.assertAlmostEqual(float(np.mean([f["parts"][i][0] for f in found])) / a, 1.0, delta=0.1)

    def test_bins_keep_means_and_forget_levels(self):
        t = np.arange(1, 101) * 0.1
        rows = [level + np.log(t) for level in (-3.0, 1.0, 2.0)]
        times, mean, error = recovery.log_bins(t, rows)
        self.assertTrue(np.all(error < 1e-12))  # samples differ by their levels alone
        for low, value in zip(times, mean):
            self.assertAlmostEqual(value, math.log(low), delta=0.02)


class LocalModuli(unittest.TestCase):
    def test_two_halves_of_known_moduli(self):
        # Cubes of 1 A^3, one atom in each; below the middle 20 GPa, above 40 GPa; E = sum G gamma^2 / 2 of them.
        edge, gamma, unit = 12, 1e-3, 160.2176634
        place = [[x + 0.5, y + 0.5, z + 0.5] for x in range(edge) for y in range(edge) for z in range(edge)]
        of_atom = [20.0 if z < edge / 2 else 40.0 for _, _, z in place]

        def state(strain):
            return {"position_A": np.array(place) + 5 * edge, "volume_A3": edge**3, "potential_energy_eV": -7.0 + sum(of_atom) / unit * strain**2 / 2,
                    "virials_eV": [[1.0, 2.0, 3.0, 0.3 - g / unit * strain, 4.0, 5.0] for g in of_atom]}

        by_energy, cells = local_moduli.moduli_of({0.0: state(0.0), gamma: state(gamma), -gamma: state(-gamma)})
        self.assertAlmostEqual(by_energy, 30.0, places=4)
        self.assertEqual(sorted(cells), [1, 2])  # cells of 4 A would hold few atoms
        self.assertAlmostEqual(cells[1][1][0], 30.0, places=9)
        self.assertAlmostEqual(cells[2][0], 6.0, places=9)
        for value, truth in zip(cells[2][1], [20.0] * 4 + [40.0] * 4):
            self.assertAlmostEqual(value, truth, places=9)


class Checks(unittest.TestCase):
    def verdict(self, check, value, error):
        return checks.grade({"checks": {"x": check | {"truth": "-"}}}, {"x": (value, error)}, "test")

    def test_four_standard_errors_beyond_the_tolerance(self):
        for check, value, good in (({"value": 1.0, "tolerance": 0.1}, 1.13, True), ({"value": 1.0, "tolerance": 0.1}, 1.15, False), ({"value": 1.0, "tolerance": 0.1}, 0.87, True),
                                   ({"value": 1.0, "tolerance": 0.1}, 0.85, False), ({"at_least": 2.0}, 1.97, True), ({"at_least": 2.0}, 1.95, False), ({"at_least": 2.0}, 1e9, True),
                                   ({"at_most": 2.0}, 2.03, True), ({"at_most": 2.0}, 2.05, False)):
            rows, failed = self.verdict(check, value, 0.01)
            self.assertEqual(failed, not good, (check, value, rows))
            self.assertEqual(rows[0]["verdict"], "holds" if good else "FAILS")

    def test_no_error_and_no_number_are_failures(self):
        self.assertTrue(self.verdict({"value": 1.0}, 1.0, math.nan)[1])
        self.assertTrue(self.verdict({"value": 1.0}, math.nan, 1.0)[1])
        rows, failed = checks.grade({"checks": {"missing": {"value": 1, "truth": "-"}}}, {}, "test")
        self.assertTrue(failed)
        self.assertEqual(rows[0]["verdict"], "NOT MEASURED")

    def test_results_are_no_gates_and_sizes_count(self):
        expected = {"checks": {"big": {"value": 0, "truth": "-", "sizes": ["laptop"]}}, "reported": {"r": {"paper": "up", "row": "P1"}}}
        rows, failed = checks.grade(expected, {"r": (-1e9, 0.1), "big": (5, 0.1)}, "test")
        self.assertFalse(failed)
        self.assertEqual([r["verdict"] for r in rows], ["result"])
        self.assertTrue(checks.grade(expected, {"big": (5, 0.1)}, "laptop")[1])


class Statistics(unittest.TestCase):
    def test_means(self):
        self.assertEqual(statistics_of.mean([1, 2, 3]), (2.0, math.sqrt(1 / 3)))
        self.assertEqual(statistics_of.paired([5, 7], [4, 6]), (1.0, 0.0))
        self.assertTrue(math.isnan(statistics_of.mean([1.0])[1]))
        self.assertEqual(statistics_of.middle_of([4, 1, 100, 3, 2])[0], 3)
        self.assertEqual(statistics_of.middle_of([7, 7, 7, -50])[1], 0)
        value, error, chi2 = statistics_of.weighted([(1.0, 1.0), (3.0, 1.0)])
        self.assertEqual((value, chi2), (2.0, 2.0))
        self.assertAlmostEqual(error, math.sqrt(0.5))


class Layers(unittest.TestCase):
    def test_variance_among_over_within(self):
        ratio, error = layers.among([[1, 3], [5, 7]])  # means 2 and 6: 2 * (4 + 4) over 1; within (1 + 1 + 1 + 1) over 2
        self.assertEqual(ratio, 8)
        self.assertAlmostEqual(error, math.sqrt(2 / 1 + 2 / 2))

    def test_layers_and_distances_go_around(self):
        self.assertEqual(layers.profile([(0.1, 1), (0.2, 3), (1.6, 5), (-0.1, 7)], 2), [2, 6])
        self.assertAlmostEqual(layers.distance(0.95, 0.05), 0.1)
        self.assertEqual(len(shear_band.inside(0.0)), shear_band.BINS // 5)
        quiet = [0.0] * shear_band.BINS
        self.assertAlmostEqual(shear_band.where([5.0] * 2 + quiet[4:] + [5.0] * 2) % 1.0, 0.0)

    def test_shear_of_layers_is_that_of_the_displacement(self):
        import numpy
        height, cell, width = 100.0, 0.2, 10.0
        rows = numpy.array([[0.0, (k + 0.5) / 4 + m * height, 0.0] for k in range(400) for m in (0, 1)])  # two images of each place
        upright = numpy.diag([width, height, width])
        leaning = upright + numpy.array([[0, 0, 0], [cell * height, 0, 0], [0, 0, 0]])
        even = rows + numpy.outer(cell * rows[:, 1], [1, 0, 0])
        shear, of_cell = shear_band.strain_profile((upright, rows), (leaning, even))
        self.assertAlmostEqual(of_cell, cell)
        for one in shear:
            self.assertAlmostEqual(one, cell)
        # all of it between 50 and 51 A, where two layers meet
        step = rows + numpy.outer(cell * height * (numpy.floor(rows[:, 1] / height) + (rows[:, 1] % height > 50)), [1, 0, 0])
        shear, _ = shear_band.strain_profile((upright, rows), (leaning, step))
        self.assertAlmostEqual(shear[shear_band.BINS // 2 - 1], cell * shear_band.BINS)
        self.assertAlmostEqual(sum(shear), cell * shear_band.BINS)

    def test_equal_tau_lies_on_the_line(self):
        points = [{"log_tau": (0.0, 0.1), "chi4": (1.0, 0.3)}, {"log_tau": (2.0, 0.1), "chi4": (3.0, 0.4)}]
        self.assertEqual(severe_shear.at_equal_tau(points, 1.0, "chi4"), (2.0, 0.25))
        self.assertIsNone(severe_shear.at_equal_tau(points, 3.0, "chi4"))
        self.assertIsNone(severe_shear.at_equal_tau(points, -0.6, "chi4"))

    def test_zones_have_the_tau_they_are_given(self):
        zones = {"atoms": 4000, "edges_A": [20, 100, 20], "band_A": [0, 50], "tau_bulk_ps": 4, "tau_band_ps": 1, "frames": 2, "interval_ps": 1, "seed": 3}
        self.assertAlmostEqual(known_zones.share_in_band(50, 16, zones), 0.5)
        self.assertAlmostEqual(known_zones.share_in_band(25, 16, zones), 1.0, 3)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "zones.xyz"
            known_zones.write(path, zones, 2.0)
            lines = path.read_text().splitlines()
        frames = [[list(map(float, line.split()[1:])) for line in lines[2 + k * 4002:4002 + k * 4002]] for k in (0, 1)]
        self.assertIn("Time=1", lines[4003])
        for fast, tau in ((True, 1), (False, 4)):
            cosines = [math.cos(2.0 * (b[i] - a[i])) for a, b in zip(*frames) if (a[1] < 50) == fast for i in range(3)]
            value, error = statistics_of.mean(cosines)
            self.assertLess(abs(value - math.exp(-1 / tau)), 4 * error)
        self.assertAlmostEqual(known_zones.share_of_atoms(zones), sum(a[1] < 50 for a in frames[0]) / 4000)


class Inputs(unittest.TestCase):
    def test_all_sizes_are_inputs_of_patina(self):
        paths = sorted(p for p in (ROOT / "inputs").glob("E*/*.json") if p.name != "expected.json")
        self.assertGreaterEqual(len(paths), 3 * len(catalogue.EXPERIMENTS))
        with tempfile.TemporaryDirectory() as tables:
            done = validated(paths, tables)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_variant_is_an_input_too(self):
        with tempfile.TemporaryDirectory() as folder:
            taken = []
            for name in catalogue.EXPERIMENTS:
                for size in SIZES:
                    study = study_of(name, size)
                    for part in study.parts():
                        config = read_json(study.path_of(part))
                        for variant, values in study.variants(part).items():
                            taken.append(f"{folder}/{name}_{part or 'main'}_{size}_{variant}.json")
                            pathlib.Path(taken[-1]).write_text(json.dumps(varied(config, values)))
            done = validated(taken, folder)
            self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-4000:])

    def test_variants_multiply_and_pointers_share_a_value(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "in.json"
            path.write_text('{ // a comment\n "seed": 5, "title": "http://x", "x-vary": [{"a": {"/p /q": 1}, "b": {"/p": 2}}, {"c": {"/r": [1, 2]}}]}')
            study = study_of("E1", given=path)
            self.assertEqual(study.variants(), {"a-c": {"/p /q": 1, "/r": [1, 2]}, "b-c": {"/p": 2, "/r": [1, 2]}})
            self.assertEqual(study.words("run", "a-c")[3:], ["--set", "/p=1", "--set", "/q=1", "--set", "/r=[1, 2]"])
            self.assertEqual(study.words("synth", "b-c")[3:5], ["--set", "/seed=6"])  # movies share no noise

    def test_a_table_is_made_as_the_input_says(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "in.json").write_text('{"x-potential": ["wahnstrom", "--symbols", "Cu,Zr", "-o", "W.eam.alloy"], "protocol": []}')
            study = study_of("E1", given=folder / "in.json")
            study.out = folder / "out"
            subprocess.run([PATINA, "potential", "wahnstrom", "--symbols", "Cu,Zr", "-o", "truth"], cwd=folder, check=True, capture_output=True)
            for _ in range(2):  # the second finds it
                self.assertEqual(study.words("run", "run")[3:], ["--set", f'/potential/files=["{folder}/out/potentials/W.eam.alloy"]'])
            self.assertEqual((folder / "out/potentials/W.eam.alloy").read_bytes(), (folder / "truth").read_bytes())
            self.assertEqual((folder / "out/commands.txt").read_text().count("\n"), 1)

    def test_every_check_names_its_truth(self):
        for name in catalogue.EXPERIMENTS:
            expected = read_json(ROOT / "inputs" / name / "expected.json")
            for check in expected["checks"].values():
                self.assertTrue(check["truth"])
                self.assertEqual(sum(k in check for k in ("value", "at_least", "at_most")), 1)
            for said in expected.get("reported", {}).values():
                self.assertTrue(said["paper"] and said["row"])
            self.assertTrue((ROOT / f"docs/experiments/{name}.md").exists(), name)


if __name__ == "__main__":
    unittest.main()
