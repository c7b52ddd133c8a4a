// SPDX-License-Identifier: BSD-3-Clause
// `patina score`. Truths: answers that Python writes from the closed forms of the input, with noise of known size, known bias, a known factor,
// other conventions, or another binning; and 16 movies that are correlated, whose chi^2 per degree of freedom is 1 if the closed-form
// covariances are true.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::ScratchFolder;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// Two shells, tau = 40 and 20 s, exponent 1.9; contrast 0.5.
constexpr const char* stationary = R"({
  "seed": 5, "frames": {"count": 240, "interval_s": 2}, "q_inv_A": [1.5, 3.0], "q0_inv_A": 1.5, "speckles": 64, "contrast": 0.5,
  "zones": [{"kww_exponent": 1.9, "clock": {"type": "stationary", "tau_s": 40}}]})";

// tau = 30 exp(t / 200) s at q = 2.8; events.
constexpr const char* ageing = R"({
  "seed": 5, "frames": {"count": 60, "interval_s": 5}, "q_inv_A": [2.8], "speckles": 64, "contrast": 0.2,
  "zones": [{"kww_exponent": 1.5, "clock": {"type": "ageing", "tau_s": 30, "growth_time_s": 200}}]})";
constexpr const char* jumping = R"({
  "frames": {"count": 60, "interval_s": 5}, "speckles": 64,
  "zones": [{"clock": {"type": "events", "tau_s": 1000, "times_s": [50, 100, 200], "fractions": [0.3, 0.5, 0.2]}}]})";

// Makes the movie, lets Python write ARGV[1]/answer.csv, scores it, and lets Python check ARGV[1]/score.json.
void expect_score(const std::string& input, const std::string& answer, const std::string& check, const std::string& options = "") {
  const ScratchFolder folder;
  write(folder / "in.json", input);
  const auto made = run_patina("synth " + folder / "in.json" + " -o " + folder / "movie");
  ASSERT_EQ(made.status, 0) << made.output;
  const std::string head = "import csv, json, sys\nimport numpy as np\nrandom = np.random.default_rng(11)\nfolder = sys.argv[1]\n";
  const auto written = test::run_python(folder / "answer.py", head + R"(
def table(names, rows):
    with open(folder + "/answer.csv", "w") as f:
        f.write("# made by a test\n" + ",".join(names) + "\n")
        f.writelines(",".join(repr(float(x)) for x in row) + "\n" for row in rows)
)" + answer, folder.path());
  ASSERT_EQ(written.status, 0) << written.output;
  const auto scored = run_patina("score " + folder / "answer.csv" + " " + folder / "movie" + " -o " + folder / "score.json " + options);
  ASSERT_EQ(scored.status, 0) << scored.output;
  const auto checked = test::run_python(folder / "check.py", head + "score = json.load(open(folder + '/score.json'))\n" + check, folder.path());
  EXPECT_EQ(checked.status, 0) << checked.output << scored.output;
}

TEST(Score, TruthWithNoiseOfItsErrors) {
  expect_score(stationary, R"(
rows = []
for q, tau in ((1.5, 40.0), (3.0, 20.0)):
    for k in range(1, 150):
        sigma = 0.001 + 0.00002 * k
        rows.append((q, 2.0 * k, 1 + 0.5 * np.exp(-2 * (2.0 * k / tau) ** 1.9) + sigma * random.normal(), sigma))
table(("q_inv_A", "lag_s", "g2", "sigma"), rows)
)",
               R"(
assert [s["q_inv_A"] for s in score["g2"]] == [1.5, 3.0]
own = [s["grades"]["with_its_own_errors"] for s in score["g2"]]
assert all(o["points"] == 149 for o in own)
chi = np.mean([o["chi_squared_per_point"] for o in own])
assert abs(chi - 1) < 4 * np.sqrt(2 / 298), chi
assert abs(np.mean([o["within_1_sigma"] for o in own]) - 0.683) < 4 * np.sqrt(0.68 * 0.32 / 298)
assert abs(np.mean([o["within_2_sigma"] for o in own]) - 0.954) < 4 * np.sqrt(0.954 * 0.046 / 298)
for s in score["g2"]:
    assert abs(s["grades"]["bias"]) < 4 * 0.0025 / 0.5 / np.sqrt(149)
    assert abs(s["grades"]["factor"] - 1) < 0.02
    assert s["grades"]["with_theoretical_errors"]["chi_squared_per_point"] < 0.2  # far better than 64 speckles can be
assert score["two_time"] == [] and score["tau"] is None and score["events"] is None
)");
}

TEST(Score, KnownBiasFactorAndConvention) {
  // |f|^2 with a factor 1.1, which also is a mean bias, and 0.02 too high.
  expect_score(stationary, R"(
lag = np.arange(1, 100)
f2 = np.exp(-2 * (lag * 2.0 / 40.0) ** 1.9)
table(("q_inv_A", "lag_frames", "f_squared"), [(1.505, n, 0.02 + 1.1 * y) for n, y in zip(lag, f2)])
)",
               R"(
one, = score["g2"]
f2 = np.exp(-2 * (np.arange(1, 100) * 2.0 / 40.0) ** 1.9)
g = one["grades"]
assert abs(g["bias"] - (0.02 + 0.1 * f2.mean())) < 1e-9, g
assert abs(g["factor"] - 1.1) < 1e-9 and abs(g["offset"] - 0.02) < 1e-9, g
assert g["with_its_own_errors"] is None
assert one["quantity"] == "f_squared" and np.allclose(one["lag_s"], 2.0 * np.arange(1, 100))
# |f|^2 scatters as (g2 - 1) / contrast does: 1 + 4 r - 3 r^2 + ... of physics.md 3.8 at lag 1, over the starts of a slow record.
assert 0.05 < one["theoretical_sigma"][0] < 0.4
)");
}

TEST(Score, AnotherBinningIsSeen) {
  // Means over 8 frames are correlated: the truth has to be averaged alike. tau = 20 frames, exponent 1.9.
  const std::string answer = R"(
def y(lag):
    return np.exp(-2 * np.abs(2.0 * lag / 40.0) ** 1.9)
rows = []
for k in range(2, 10):
    mean = sum((8 - abs(j)) / 64 * y(8 * k + j) for j in range(-7, 8))
    rows.append((1.5, 8 * k, 8 * AVERAGED + 1 - AVERAGED, 1 + 0.5 * mean, 2e-4))
table(("q_inv_A", "lag_frames", "averaged_frames", "g2", "sigma"), rows)
)";
  expect_score(stationary, "AVERAGED = 1\n" + answer, R"(
one, = score["g2"]
assert one["averaged_frames"] == [8] * 8
assert max(abs(np.subtract(one["truth"], one["answer"]))) < 1e-9
)");
  expect_score(stationary, "AVERAGED = 0\n" + answer, R"(
assert score["g2"][0]["grades"]["with_its_own_errors"]["chi_squared_per_point"] > 10, score["g2"]
)");
}

TEST(Score, TwoTimesOfAnAgeingSample) {
  expect_score(ageing, R"(
t = 5.0 * np.arange(60)
s = 200 / 30 * (1 - np.exp(-t / 200))
rows = []
for i in range(60):
    for j in range(i + 1, 60):
        sigma = 0.01
        rows.append((t[i], t[j], 0.004 + 0.2 * np.exp(-2 * (s[j] - s[i]) ** 1.5) + sigma * random.normal(), sigma))
table(("t1_s", "t2_s", "c_minus_1", "sigma"), rows)
)",
               R"(
one, = score["two_time"]
own = one["grades"]["with_its_own_errors"]
n = 60 * 59 // 2
assert own["points"] == n
assert abs(own["chi_squared_per_point"] - 1.16) < 4 * np.sqrt(2.6 / n), own  # bias 0.4 sigma
assert abs(one["grades"]["bias"] - 0.02) < 4 * 0.05 / np.sqrt(n), one["grades"]
residual = np.array([[np.nan if x is None else x for x in row] for row in one["map"]["mean_residual"]])
assert np.isfinite(residual[np.triu_indices(48, 1)]).all() and np.isnan(residual[np.tril_indices(48, -1)]).all()
assert abs(np.nanmean(residual) - 0.02) < 0.01
)");
}

TEST(Score, RelaxationTimesAndExponents) {
  expect_score(ageing, R"(
rows = [(tw, 1.1 * 30 * np.exp(tw / 200) * np.exp(0.05 * random.normal()), 0.05 * 33 * np.exp(tw / 200), 1.5 + 0.1 * random.normal(), 0.1) for tw in np.linspace(0, 250, 200)]
rows = [(tw, tau / 2 ** (1 / g), s / 2 ** (1 / g), g, gs) for tw, tau, s, g, gs in rows]  # exp(-(t / tau)^g) of the intensities
table(("waiting_time_s", "tau_intensity_s", "tau_sigma_s", "kww_exponent", "kww_exponent_sigma"), rows)
)",
               R"(
tau, exponent = score["tau"], score["kww_exponent"]
assert abs(tau["bias_of_ln"] - np.log(1.1)) < 4 * 0.05 / np.sqrt(200), tau["bias_of_ln"]
assert abs(tau["bias_error"] - 0.05 / np.sqrt(200)) < 0.0008
assert abs(exponent["bias_of_ln"]) < 4 * 0.07 / np.sqrt(200)
assert abs(exponent["with_its_own_errors"]["chi_squared_per_point"] - 1) < 0.45
assert np.allclose([r["truth_s"] for r in tau["rows"]], 30 * np.exp(np.linspace(0, 250, 200) / 200))
)");
}

TEST(Score, Events) {
  expect_score(jumping, "table(('event_time_s',), [(53,), (98,), (150,)])\n", R"(
e = score["events"]
assert [m["time_s"] for m in e["found"]] == [50, 100] and [m["answer_s"] for m in e["found"]] == [53, 98]
assert [m["time_s"] for m in e["missed"]] == [200] and e["false_alarms_s"] == [150]
assert abs(e["missed"][0]["advance"] + 0.5 * np.log(0.8)) < 1e-12
assert e["tolerance_s"] == 4
)",
               "--event-tolerance 4");
  expect_score(jumping, "table(('event_time_s',), [])\n", "assert len(score['events']['missed']) == 3\n");
}

// 16 movies of one kind.
void expect_true_errors(const std::string& sample) {
  const ScratchFolder folder;
  write(folder / "in.json", R"({
    "seed": 17, "frames": {"count": 160, "interval_s": 1}, "speckles": 1000, "contrast": 0.4, "q_exponent": 0,
    "q_inv_A": [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.2, 2.3, 2.4, 2.5],)" + sample + "}");
  const auto made = run_patina("synth " + folder / "in.json" + " -o " + folder / "movie");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto scored = run_patina("score " + folder / "movie" + " " + folder / "movie" + " -o " + folder / "score.json --figure " + folder / "score.png");
  ASSERT_EQ(scored.status, 0) << scored.output;
  EXPECT_GT(std::filesystem::file_size(folder / "score.png"), 20000u);
  const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
import numpy as np
score = json.load(open(sys.argv[1]))
for kind, least in (("g2", 3), ("two_time", 60)):
    grades = [s["grades"] for s in score[kind]]
    assert len(grades) == 16
    joint = [g["with_theoretical_covariance"] for g in grades]
    chi, freedom = sum(j["chi_squared"] for j in joint), sum(j["degrees_of_freedom"] for j in joint)
    assert freedom >= 16 * least, freedom
    assert abs(chi / freedom - 1) < 4 * np.sqrt(2 / freedom), (kind, chi, freedom)
    single = [g["with_theoretical_errors"] for g in grades]
    mean, scatter = np.mean([s["chi_squared_per_point"] for s in single]), np.mean([s["chi_squared_per_point_scatter"] for s in single])
    assert abs(mean - 1) < 4 * scatter / 4, (kind, mean, scatter)
    pull = [g["bias"] / g["bias_error"] for g in grades]
    assert 0.3 < np.std(pull) < 2.0 and abs(np.mean(pull)) < 1.0, (kind, pull)
    assert abs(np.mean([g["factor"] for g in grades]) - 1) < 4 * np.mean([g["factor_error"] for g in grades]) / 4
)",
                                        folder / "score.json");
  EXPECT_EQ(checked.status, 0) << checked.output << scored.output;
}

TEST(Score, MoviesThatAgeAgreeWithTheirClosedForms) {
  expect_true_errors(R"("zones": [{"kww_exponent": 1.5, "clock": {"type": "ageing", "tau_s": 8, "growth_time_s": 100}}])");
}

TEST(Score, MoviesThatFlowBesideAReferenceAgreeWithTheirClosedForms) {
  // The field is complex: f turns by some 3 periods of the flow in the record.
  expect_true_errors(R"("static_fraction": 0.4, "flow": {"velocity_A_per_s": 0.08},
                        "zones": [{"clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 100}}])");
}

TEST(Score, MoviesOfSpecklesWithRatesOfTheirOwnAgreeWithTheirClosedForms) {
  expect_true_errors(R"("rates": {"type": "listed", "factors": [0.1, 1, 8], "fractions": [0.3, 0.3, 0.4]},
                        "zones": [{"clock": {"type": "ageing", "tau_s": 20, "growth_time_s": 100}}])");
}

// inputs/benchmark: 12 clocks x 4 exponents x 3 rates, and one of them against what stands beside it.
TEST(Score, TheBenchmarkSuiteRuns) {
  const ScratchFolder folder;
  const std::string script = "/usr/bin/python3 " PATINA_SOURCE_DIR "/scripts/benchmark-suite ", program = " --patina " PATINA_PROGRAM;
  const auto ran = test::run_shell(script + "run " + folder / "suite --cases 'step-1.5-1'" + program);
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "suite/step-1.5-1/movie"));
  EXPECT_NE(test::run_shell(script + "run " + folder / "suite --cases 'step-1.5-1'" + program).status, 0);  // nothing is written over
  EXPECT_NE(test::run_shell(script + "make " + folder / "other --cases nothing" + program).status, 0);
  const auto checked = test::run_python(folder / "check.py", R"(
import json, subprocess, sys
source, folder = sys.argv[1:]
names = subprocess.run([sys.executable, source + "/scripts/benchmark-suite", "list"], capture_output=True, text=True).stdout.split()
expected, scores = json.load(open(source + "/inputs/benchmark/expected.json")), json.load(open(folder + "/suite/scores.json"))
assert len(names) == 144 and set(names) == set(expected)
for kind, mine in scores["step-1.5-1"].items():
    theirs = expected["step-1.5-1"][kind]["expected"]
    for key, value in mine["expected"].items():
        assert value == theirs[key] or abs(value - theirs[key]) <= 0.01 * abs(theirs[key]), (kind, key, value, theirs[key])
    got = mine["plain_estimator"]
    assert abs(got["bias"]) < 4 * theirs["bias_error"] and abs(got["factor"] - 1) < 4 * theirs["factor_error"], got
)",
                                        std::string(PATINA_SOURCE_DIR) + " " + folder.path());
  EXPECT_EQ(checked.status, 0) << checked.output;
}

}  // namespace
}  // namespace patina
