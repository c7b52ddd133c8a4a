// SPDX-License-Identifier: BSD-3-Clause
// `patina compare`. Truth: tables where measured = simulated times known factors, with normal noise; a synthetic run whose clock is known
// (synthetic_run.hpp); the review's text for its numbers.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/rng.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "synthetic_run.hpp"
#include "text_expectations.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::ScratchFolder;

double normal(int k) { return random_block(53, Stream::test, 1, static_cast<std::uint64_t>(k)).normal(0); }

// tau = 300 ps exp(min(t, 2500) / 1500), or scaled to seconds.
void write_ageing(const std::string& path, const std::vector<double>& ages, const char* unit, double a, double b, int first, const char* more_names = "", const char* more = "") {
  std::ofstream file(path);
  file << fmt::format("waiting_time_{0},tau_{0},tau_sigma_{0}{1}\n", unit, more_names);
  for (std::size_t k = 0; k < ages.size(); ++k) {
    const double tau = a * 300.0 * std::exp(std::min(ages[k], 2500.0) / 1500.0 + 0.05 * normal(first + static_cast<int>(k)));
    file << fmt::format("{:.9g},{:.9g},{:.9g}{}\n", b * ages[k], tau, 0.05 * tau, more);
  }
}

const std::vector<double> ages{0, 200, 500, 900, 1300, 1700, 2100, 2600, 3200, 4000, 5000};

TEST(Compare, FactorsOfAgeingAndWhatMayBeCompared) {
  const ScratchFolder folder;
  write_ageing(folder / "md.csv", ages, "ps", 1.0, 1.0, 0);
  write_ageing(folder / "lab.csv", ages, "s", 2.0, 3.0, 100, ",kww_exponent,kww_exponent_sigma,temperature_K", ",1.5,0.1,377");
  const auto ran = run_patina("compare " + folder / "md.csv" + " " + folder / "lab.csv" + " --measured-Tg-K 396 -o " + folder / "out.json --figure " + folder / "out.png");
  ASSERT_EQ(ran.status, 0) << ran.output;
  test::expect_parts(ran.output, {"not legitimate: absolute tau", "needs temperature and T_g of the simulation", "intermittency", "the shapes agree"});
  EXPECT_GT(std::filesystem::file_size(folder / "out.png"), 20000u);
  const auto checked = test::run_python(folder / "check.py", R"(
import json, math, sys
c = json.load(open(sys.argv[1]))
two, one = c["scale_factors"]["two"], c["scale_factors"]["one_time"]
for name, truth in (("a", 2e12), ("b", 3e12)):
    assert abs(two[name]["ln"] - math.log(truth)) < 4 * two[name]["ln_error"] < 0.5, two
assert two["law"] == "plateau" and two["same_shape"]["tested"] and two["probability"] > 0.001
cov = two["covariance_of_ln_a_ln_b"]
assert abs(cov[0][0] - two["a"]["ln_error"] ** 2) < 1e-12 and cov[0][1] == cov[1][0]
assert one["same_shape"]["probability"] < 1e-3, one   # one unit of time is not what was put in
assert c["measured"]["T_over_Tg"] == 377 / 396 and c["measured"]["kww_exponent"]["value"] == 1.5
verdicts = {v["quantity"]: v["verdict"] for v in c["comparisons"]}
assert verdicts["absolute tau and ageing rate 1/tau*"] == "not legitimate"
assert verdicts["shape of tau/tau0 against t_w/tau0 or t_w/tau*"] == "legitimate"
)",
                                        folder / "out.json");
  EXPECT_EQ(checked.status, 0) << checked.output << ran.output;
  EXPECT_EQ(run_patina("compare " + folder / "md.csv" + " " + folder / "lab.csv" + " -o " + folder / "out.json").status, 73);
}

// A clock with tau0 = 2 ps and tau* = 40 ps; "measured" is its law in seconds.
TEST(Compare, ARunAgainstAMeasurementOfItsOwnLaw) {
  const ScratchFolder folder;
  test::SyntheticRun run;
  run.kink_K = 750.0;
  test::write_synthetic_run(folder / "run", run);
  {
    std::ofstream file(folder / "lab.csv");
    file << "waiting_time_s,tau_s,tau_sigma_s,temperature_K\n";
    for (int k = 0; k < 9; ++k) {
      const double t = 5.0 * k, tau = 2.0 * std::exp(t / 40.0 + 0.03 * normal(200 + k));
      file << fmt::format("{},{:.9g},{:.9g},550\n", 100.0 * t, 100.0 * tau, 3.0 * tau);
    }
  }
  const auto ran = run_patina("compare " + folder / "run" + " " + folder / "lab.csv" + " --measured-Tg-K 485 --measured-cooling-rate-K-per-s 1e6 -o " + folder / "out.json");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto checked = test::run_python(folder / "check.py", R"(
import json, math, sys
c = json.load(open(sys.argv[1]))
one = c["scale_factors"]["one_time"]
assert one["found"], one
# Fixed-start cuts of a sample that ages see a longer tau than the clock's: 20 % and more.
assert abs(one["a"]["ln"] - math.log(1e14)) < 0.5, one["a"]
s, m = c["simulated"], c["measured"]
assert abs(s["Tg_K"] - 750) < 30 and abs(s["T_over_Tg"] - 850 / 750) < 0.05 and s["quench_number"] > 0 and m["quench_number"] > 0
v = {x["quantity"]: x for x in c["comparisons"]}
assert v["T/T_g"]["verdict"] == "legitimate", v["T/T_g"]
assert v["quench number rate tau0/T: the initial states"]["verdict"] == "not legitimate"
)",
                                        folder / "out.json");
  EXPECT_EQ(checked.status, 0) << checked.output << ran.output;
  const auto paper = run_patina("compare " + folder / "run" + " paper:M5 -o " + folder / "paper.json");
  ASSERT_EQ(paper.status, 0) << paper.output;
  test::expect_parts(paper.output, {"regime_change_s = 7000", "Figure 3", "conditional: T/T_g: 0.952", "holds at 1.1", "only trends", "not legitimate"});
}

TEST(Compare, TemperaturesByTheirTg) {
  const ScratchFolder folder;
  const auto write = [&](const std::string& path, const std::vector<double>& at, const char* unit, double a, double b, int first) {
    std::ofstream file(path);
    file << fmt::format("temperature_K,tau_{0},tau_sigma_{0},equilibrium\n", unit);
    for (std::size_t k = 0; k < at.size(); ++k) {
      const double tau = a * std::exp(-4.0 + 2000.0 / (at[k] - 600.0) + 0.05 * normal(first + static_cast<int>(k)));
      file << fmt::format("{:.9g},{:.9g},{:.9g},1\n", b * at[k], tau, 0.05 * tau);
    }
    file << fmt::format("{:.9g},{:.9g},{:.9g},0\n", b * 650.0, a * 1e6, a * 1e5);
  };
  write(folder / "md.csv", {860, 890, 930, 980, 1040, 1120, 1250}, "ps", 1.0, 1.0, 300);
  write(folder / "lab.csv", {850, 880, 910, 950, 1000, 1080}, "s", 5.0, 0.8, 400);
  const auto ran = run_patina("compare " + folder / "md.csv" + " " + folder / "lab.csv" + " --simulated-Tg-K 800 --measured-Tg-K 640 -o " + folder / "out.json");
  ASSERT_EQ(ran.status, 0) << ran.output;
  test::expect_parts(ran.output, {"not in equilibrium and left out"});
  const auto checked = test::run_python(folder / "check.py", R"(
import json, math, sys
f = json.load(open(sys.argv[1]))["scale_factors"]
assert abs(f["tau_alone"]["a"]["ln"] - math.log(5e12)) < 4 * f["tau_alone"]["a"]["ln_error"] < 0.4
assert abs(f["tau_alone"]["b"]["value"] - 0.8) < 1e-12 and f["tau_alone"]["same_shape"]["tested"]
assert abs(f["two"]["b"]["ln"] - math.log(0.8)) < 4 * f["two"]["b"]["ln_error"]
)",
                                        folder / "out.json");
  EXPECT_EQ(checked.status, 0) << checked.output << ran.output;
}

TEST(Compare, WhatCannotBeComparedIsNamed) {
  const ScratchFolder folder;
  write_ageing(folder / "md.csv", ages, "ps", 1.0, 1.0, 0);
  const auto refused = [&](const std::string& text, const std::vector<std::string>& parts) {
    std::ofstream(folder / "bad.csv") << text;
    const auto ran = run_patina("compare " + folder / "md.csv" + " " + folder / "bad.csv" + " -o " + folder / "bad.json");
    EXPECT_EQ(ran.status, 65) << ran.output;
    test::expect_parts(ran.output, parts);
    EXPECT_FALSE(std::filesystem::exists(folder / "bad.json"));
  };
  refused("waiting_time_s,tau_s,tau_sigma_s\n0,10,1\n-5,10,1\n9,10,1\n", {"bad.csv:3", "column 'waiting_time_s' is -5", "0 or more"});
  refused("waiting_time_s,tau_s,tau_sigma_s\n0,10,1\n5,nan,1\n9,10,1\n", {"bad.csv:3", "column 'tau_s' is nan"});
  refused("waiting_time_ps,tau_s,tau_sigma_s\n0,10,1\n", {"differ in their unit"});
  refused("waiting_time_s,tau_s,tau_sigma_s,temperature_K\n0,10,1,300\n5,11,1,310\n9,12,1,310\n", {"2 temperatures", "one temperature"});
  refused("tau_s,tau_sigma_s\n10,1\n", {"tau against what"});
  refused("waiting_time_s,tau_s,tau_sigma_s\n0,10,1\n5,11,1\n", {"2 rows", "at least 3"});
  refused("temperature_K,tau_s,tau_sigma_s\n500,10,1\n510,5,1\n520,3,1\n", {"md.csv", "temperature_K"});
  refused(R"({"items": [{"id": "M1"}]})", {"bad.csv", "JSON", "paper:M1", "compare --list"});
  const auto nobody = run_patina("compare " + folder / "md.csv" + " paper:M99");
  EXPECT_EQ(nobody.status, 64) << nobody.output;
  test::expect_parts(nobody.output, {"M99", "M1, M2"});
  const auto listed = run_patina("compare --list");
  EXPECT_EQ(listed.status, 0);
  test::expect_parts(listed.output, {"10.5802/crphys.149", "paper:M12", "paper:F2"});
}

}  // namespace
}  // namespace patina
