# SPDX-License-Identifier: BSD-3-Clause
"""One experiment at one size: its runs, what is measured in them, and the judgement."""
import datetime
import json
import math
import pathlib
import re
import shlex
import subprocess
import sys
import time

import checks

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SIZES = ("test", "laptop", "full")


def read_json(path):
    """JSON with the comments that inputs may have."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return json.loads(re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m.group(1) or "", text, flags=re.S))


def replicas_of(folder):
    return sorted(pathlib.Path(folder).glob("replica_*")) or [pathlib.Path(folder)]


def thermo_of(replica):
    """{column: list} of thermo.csv; an empty field is NaN."""
    lines = (pathlib.Path(replica) / "thermo.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    columns = {name: [] for name in names}
    for line in lines[1:]:
        for name, field in zip(names, line.split(",")):
            columns[name].append(float(field) if field else math.nan)
    return columns


class Study:
    def __init__(self, arguments):
        self.name, self.size = arguments.name, arguments.size
        self.out = arguments.out or pathlib.Path("runs") / f"{self.name}-{self.size}"
        self.program, self.launcher = arguments.patina, shlex.split(arguments.launcher)
        self.folder = ROOT / "inputs" / self.name
        self.main_input = arguments.input or self.folder / f"{self.size}.json"
        self.measured = {}   # name: (value, error)
        self.series = {}     # what the figure draws and result.json keeps
        self.paper = []      # what of the review's numbers may be compared with these runs
        self.begun = time.monotonic()
        if not self.main_input.exists():
            sys.exit(f"{self.main_input}: there is no such input")

    # Inputs. `part`: a second input of the experiment, PART_SIZE.json beside the main one.
    def path_of(self, part=None):
        return self.folder / f"{part}_{self.size}.json" if part else self.main_input

    def variants(self, part=None):
        """{name: {JSON pointers, separated by spaces: value}} of "x-vary"; a list there is the product of its members."""
        vary = read_json(self.path_of(part)).get("x-vary", {"run": {}})
        named = {"": {}}
        for group in vary if isinstance(vary, list) else [vary]:
            named = {f"{a}-{b}" if a else b: {**first, **second} for a, first in named.items() for b, second in group.items()}
        return named

    def words(self, verb, variant, part=None):
        variants, config = self.variants(part), read_json(self.path_of(part))
        words = [self.program, verb, str(self.path_of(part))]
        if "x-potential" in config:
            words += ["--set", f"/potential/files={json.dumps([str(self.table(config['x-potential']))])}"]
        if verb == "synth":  # movies of their own noise; runs begin with the same atoms, to be compared pair by pair
            words += ["--set", f"/seed={config.get('seed', 1) + list(variants).index(variant)}"]
        for pointers, value in variants[variant].items():
            for pointer in pointers.split():
                words += ["--set", f"{pointer}={json.dumps(value)}"]
        return words

    def table(self, words):
        """The table that `patina potential` makes with these words, "NAME ... -o FILE"; no file of it stands in the repository."""
        path = self.out / "potentials" / words[words.index("-o") + 1]
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.patina("potential", *[str(path) if word == path.name else word for word in words])
        return path

    def parts(self):
        return [None] + sorted(p.name[:-len(f"_{self.size}.json")] for p in self.folder.glob(f"*_{self.size}.json"))

    def verb_of(self, part):
        config = read_json(self.path_of(part))
        return "run" if "protocol" in config else "plan" if "beamline" in config else "scatter" if "observers" in config else "synth"

    def dry_run(self):
        for part in self.parts():
            for variant in self.variants(part):
                verb = self.verb_of(part)
                words = self.words(verb, variant, part) + (["--dry-run"] if verb in ("run", "synth") else [])
                print(shlex.join(words), flush=True)
                if verb in ("run", "synth"):  # a trajectory is not there yet
                    subprocess.run(words, check=False)

    # Work.
    def call(self, words, into=None):
        self.out.mkdir(parents=True, exist_ok=True)
        with open(self.out / "commands.txt", "a", encoding="utf-8") as log:
            log.write(shlex.join(words) + "\n")
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{shlex.join(words)}\nended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")

    def patina(self, *words):
        self.call([self.program, *map(str, words)])

    def make(self, variant, part=None):
        """The folder of a variant's results, made if they are not there."""
        folder = self.out / (f"{part}-{variant}" if part else variant)
        if self.verb_of(part) == "run":
            if not (folder / "files.sha256").exists():
                self.say(f"{folder.name} ...")
                self.call(self.launcher + self.words("run", variant, part) + ["--output", str(folder), "--resume"])
        elif not (folder / "log.txt").exists():
            self.say(f"{folder.name} ...")
            self.call(self.words("synth", variant, part) + ["--output", str(folder)])
        return folder

    def scattered(self, trajectory, variant, part):
        """The folder of what the observers of a variant see in a trajectory."""
        folder = self.out / f"{part}-{variant}"
        if not (folder / "xpcs.h5").exists():
            program, verb, *rest = self.words("scatter", variant, part)
            self.call([program, verb, str(trajectory), *rest, "--output", str(folder)])
        return folder

    def analysis(self, folder):
        """analysis.json of a run folder, found.json of a synthetic one."""
        folder = pathlib.Path(folder)
        movie = next((m for m in (folder / "synth.h5", folder / "frames/s0001.h5") if m.exists()), None)
        if movie:
            if not (folder / "found.json").exists():
                self.patina("analyse", movie, "--output", folder / "found.json")
            return read_json(folder / "found.json")
        if not (folder / "analysis.json").exists():
            self.patina("analyse", folder)
        return read_json(folder / "analysis.json")

    def score(self, answer, truth, name):
        """Of `patina score`, kept under that name in the folder of the truth."""
        path = pathlib.Path(truth) / name
        if not path.exists():
            self.patina("score", answer, truth, "--output", path)
        return read_json(path)

    def beside_paper(self, folder, item):
        """The review's numbers on a material beside those of a run, with what may be compared and why not (docs/compare.md)."""
        path = self.out / f"paper_{item}.json"
        if not path.exists():
            self.patina("compare", folder, f"paper:{item}", "--output", path)
        self.paper += [{"item": item} | c for c in read_json(path)["comparisons"]]

    def structure(self, folder, name="structure.json", *options):
        """Of `patina structure`, one for each replica."""
        found = []
        for replica in replicas_of(folder):
            if not (replica / name).exists():
                self.patina("structure", replica, *options, "--output", replica / name)
            found.append(read_json(replica / name))
        return found

    def atoms(self, replica, since):
        """The table of `patina structure --per-atom`: D2min and strain since the first or the previous frame."""
        path = pathlib.Path(replica) / f"atoms_since_{since}.csv"
        if not path.exists():
            self.patina("structure", replica, "--since", since, "--per-atom", path)
        return path

    @staticmethod
    def say(text):
        print(text, flush=True)

    # Outcome.
    def note(self, name, value, error=0.0):
        self.measured[name] = (float(value), float(error))

    def draw(self, draw):
        sys.path.insert(0, str(ROOT / "scripts/report"))
        import drawing
        drawing.without_window("numpy")
        import matplotlib.pyplot as pyplot
        import style
        style.use()
        pyplot.rcParams["savefig.dpi"] = 110
        figure = draw(self, pyplot)
        style.short_log_ticks(figure)
        figure.savefig(self.out / "figure.png")

    def judge(self):
        expected = read_json(self.folder / "expected.json")
        rows, failed = checks.grade(expected, self.measured, self.size)
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True).stdout.splitlines()
        result = {
            "experiment": self.name, "size": self.size, "input": str(self.main_input), "date": datetime.date.today().isoformat(),
            "patina": version[0] if version else "", "seconds_of_this_call": round(time.monotonic() - self.begun, 1),
            "checks": rows, "beside_the_paper": self.paper, "series": self.series,
        }
        (self.out / "result.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        (self.out / "result.md").write_text("\n".join(checks.markdown(rows)) + "\n", encoding="utf-8")
        self.say(f"{self.name} ({self.size}): {expected['title']}")
        for line in checks.table(rows):
            self.say(line)
        for one in self.paper:
            measured = ", ".join(f"{v:g}" for v in one["measured"]) if isinstance(one["measured"], list) else one["measured"]
            self.say(f"  {one['verdict']:15} paper:{one['item']} {one['quantity']}: {measured}; here: {one['simulated']}")
        self.say(f"{self.out}/figure.png, {self.out}/result.json; {result['seconds_of_this_call']:g} s")
        return 1 if failed else 0
