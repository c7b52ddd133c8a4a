#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""scripts/experiment without its runs. Truths: verdicts worked out by hand; `patina validate`; what the inputs say."""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts/experiments"))
import catalogue  # noqa: E402
import checks  # noqa: E402
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
