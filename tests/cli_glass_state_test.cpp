// SPDX-License-Identifier: BSD-3-Clause
// `patina analyse` of run folders with scans that heat, minima and holds, of several folders, and of tables of tau(T). Truth: folders written here
// from closed forms: H(T) with a known fictive temperature, f(t) = 0.9 exp(-(t/tau)^0.7) with tau(T) of a VFT law.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/hdf5.hpp"
#include "core/rng.hpp"
#include "program.hpp"
#include "python.hpp"
#include "scratch_folder.hpp"
#include "text_expectations.hpp"

namespace patina {
namespace {

using test::run_patina;
using test::ScratchFolder;

constexpr int atoms = 2000;
constexpr double Tf = 700.0, c_glass = 2.6e-4, c_liquid = 4.0e-4;

double normal(std::uint64_t seed, int k) { return random_block(seed, Stream::test, 5, static_cast<std::uint64_t>(k)).normal(0); }

// A glass of this fictive temperature on heating; the overshoot ends at 1.06 Tf.
double enthalpy(double T, double fictive) {
  const double glass = c_glass * (T - fictive), liquid = c_liquid * (T - fictive);
  return -4.8 + c_liquid * (fictive - Tf) + liquid + (glass - liquid) / (1.0 + std::exp((T - 1.06 * Tf) / 5.0));
}

class Thermo {
 public:
  Thermo(const std::string& path, std::uint64_t seed) : file_(path), seed_(seed) {
    file_ << "step,time_ps,temperature_K,potential_energy_eV,kinetic_energy_eV,conserved_eV,pressure_GPa,volume_A3,target_temperature_K,target_pressure_GPa,protocol_step\n";
  }
  void row(double T, double potential_per_atom, int protocol_step, double step_ps = 1.0) {
    time_ += step_ps;
    file_ << fmt::format("{},{},{},{:.12g},0,0,0,{},{},0,{}\n", row_, time_, T, atoms * (potential_per_atom + 1.5e-4 * normal(seed_, row_)), atoms * 16.0, T, protocol_step);
    ++row_;
  }

 private:
  std::ofstream file_;
  std::uint64_t seed_;
  int row_ = 0;
  double time_ = 0.0;
};

// Heat, minimise, heat: the first glass has this fictive temperature, the second 700 K.
void write_calorimeter(const std::string& folder, double fictive, std::uint64_t seed, double step_ps = 1.0) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/resolved.json")
      << R"({"structure":{"type":"random","atoms":2000},"protocol":[{"type":"heat","from_K":300,"to_K":1150,"heating_rate_K_per_s":1e12},)"
      << R"({"type":"minimise"},{"type":"heat","from_K":300,"to_K":1150,"heating_rate_K_per_s":1e12}]})";
  Thermo thermo(folder + "/thermo.csv", seed);
  for (int T = 301; T <= 1150; ++T) thermo.row(T, enthalpy(T, fictive), 0, step_ps);
  thermo.row(0.0, -4.91 + 0.001 * normal(seed, -1), 1);
  for (int T = 301; T <= 1150; ++T) thermo.row(T, enthalpy(T, Tf), 2, step_ps);
}

double vft_ps(double T) { return 0.02 * std::exp(2000.0 / (T - 600.0)); }

// Holds at falling temperatures; all but the last, at 790 K, last ten relaxation times.
void write_holds(const std::string& folder, const std::vector<double>& temperatures) {
  std::filesystem::create_directories(folder);
  std::string protocol;
  Thermo thermo(folder + "/thermo.csv", 3);
  auto file = h5::File::create(folder + "/xpcs.h5");
  for (std::size_t k = 0; k < temperatures.size(); ++k) {
    const double T = temperatures[k], tau = vft_ps(T);
    protocol += fmt::format(R"({}{{"type":"anneal","temperature_K":{},"duration_ps":2000}})", k ? "," : "", T);
    for (int i = 0; i < 100; ++i) thermo.row(T, -4.7, static_cast<int>(k), 20.0);
    const std::string group = fmt::format("/step{:02d}_anneal/intermediate_scattering", k);
    std::vector<double> lag, f, errors;
    for (double t = 0.2; t < 2000.0; t *= 1.2) {
      lag.push_back(t);
      f.push_back(0.9 * std::exp(-std::pow(t / tau, 0.7)) + 0.004 * normal(11 + k, static_cast<int>(lag.size())));
      errors.push_back(0.004);
    }
    file.write(group + "/waiting_time_ps", std::vector<double>{0.0});
    file.write(group + "/lag_ps", lag);
    file.write(group + "/f", f, {1, lag.size()});
    file.write(group + "/f_errors", errors, {1, lag.size()});
    file.write(fmt::format("/step{:02d}_anneal/q_set/q_inv_A", k), std::vector<double>(400, 2.7));
    file.write(fmt::format("/step{:02d}_anneal/q_set/q0_inv_A", k), std::vector<double>{2.7}, h5::Dims{});
  }
  file.close();
  std::ofstream(folder + "/resolved.json") << R"({"structure":{"type":"random","atoms":2000},"protocol":[)" << protocol << "]}";
}

TEST(GlassState, ScansOfOneRun) {
  const ScratchFolder folder;
  write_calorimeter(folder / "run", 715.0, 1);
  const auto ran = run_patina("analyse " + folder / "run");
  ASSERT_EQ(ran.status, 0) << ran.output;
  test::expect_parts(ran.output, {"step 0: fictive temperature by equal areas = 71", "step 2: fictive temperature by equal areas = 70", "inherent structure: -4.9", "relaxation enthalpy"});
  const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
a = json.load(open(sys.argv[1]))
assert [s["protocol_step"] for s in a["heating"]] == [0, 2] and a["glass_transition"] == []
for scan, truth in zip(a["heating"], (715, 700)):
    f = scan["fictive_temperature"]
    assert abs(f["fictive_temperature_K"] - truth) < 4 * f["bootstrap"]["standard_error_K"] + 1 < 20, f
    assert abs(scan["rate_K_per_s"] / 1e12 - 1) < 1e-3
    c = scan["heat_capacity"]
    cold = [(v - 2.6e-4) / e for T, v, e in zip(c["temperature_K"], c["cp_eV_per_K_atom"], c["cp_errors_eV_per_K_atom"]) if T < 600]
    assert len(cold) > 10 and sum(x * x for x in cold) / len(cold) < 4, cold
    assert abs(c["highest"]["temperature_K"] - 742) < 20
e, = a["relaxation_enthalpy"]
told = e["relaxation_enthalpy_eV_per_atom"]
assert abs(told["value"] - 1.4e-4 * 15) < 4 * told["error"] < 1e-3, told
assert e["reference"]["protocol_step"] == 2 and "warnings" not in e
m, = a["inherent_structures"]
assert abs(m["energy_eV_per_atom"]["value"] + 4.91) < 0.005 and m["energy_eV_per_atom"]["error"] is None and m["temperature_before_K"] == 1150
assert a["tau_of_temperature"] is None
)",
                                        folder / "run/analysis.json");
  EXPECT_EQ(checked.status, 0) << checked.output;
}

// The page of a run shows what analysis.json holds.
TEST(GlassState, PageOfARun) {
  const ScratchFolder folder;
  write_calorimeter(folder / "run", 715.0, 1);
  const auto page = run_patina("report " + folder / "run");
  ASSERT_EQ(page.status, 0) << page.output;
  test::expect_parts(test::read_text_file(folder / "run/report.html"), {"<h2>Heating", "Moynihan", "relaxation enthalpy", "Inherent structures", "-4.9"});
  EXPECT_GT(std::filesystem::file_size(folder / "run/figures/heating.png"), 20000u);
  write_holds(folder / "holds", {1100, 1000, 900, 870, 850, 820});
  const auto holds = run_patina("report " + folder / "holds");
  ASSERT_EQ(holds.status, 0) << holds.output;
  EXPECT_GT(std::filesystem::file_size(folder / "holds/figures/tau_of_temperature.png"), 20000u);
}

TEST(GlassState, FoldersAsReplicasOfOneRun) {
  const ScratchFolder folder;
  std::string names;
  for (int k = 0; k < 5; ++k) {
    write_calorimeter(folder / fmt::format("run{}", k), 715.0 + 10.0 * normal(77, k), 100 + static_cast<std::uint64_t>(k));
    names += " " + folder / fmt::format("run{}", k);
  }
  const std::string command = "analyse --replicas" + names + " -o " + folder / "all.json";
  const auto ran = run_patina(command);
  ASSERT_EQ(ran.status, 0) << ran.output;
  const auto checked = test::run_python(folder / "check.py", R"(
import json, sys
a = json.load(open(sys.argv[1]))
assert a["replicas"] == 5
f = a["heating"][0]["fictive_temperature"]
assert f["bootstrap"]["of"] == "replicas" and abs(f["fictive_temperature_K"] - 715) < 4 * f["bootstrap"]["standard_error_K"], f
m, = a["inherent_structures"]
assert m["replicas"] == 5 and abs(m["energy_eV_per_atom"]["value"] + 4.91) < 4 * m["energy_eV_per_atom"]["error"] < 0.01
)",
                                        folder / "all.json");
  EXPECT_EQ(checked.status, 0) << checked.output;
  EXPECT_FALSE(std::filesystem::exists(folder / "run0/analysis.json"));
  EXPECT_EQ(run_patina(command).status, 73);  // nothing is written over
  write_holds(folder / "other", {1000, 900});
  const auto unlike = run_patina("analyse --replicas " + folder / "run0" + " " + folder / "other" + " -o " + folder / "x.json");
  EXPECT_EQ(unlike.status, 65);
  test::expect_parts(unlike.output, {"other", "another protocol"});
  // Holds elsewhere, and the same temperatures heated through at another rate: the time between rows is another.
  write_holds(folder / "cooler", {980, 900});
  EXPECT_EQ(run_patina("analyse --replicas " + folder / "other" + " " + folder / "cooler -o " + folder / "x.json").status, 65);
  write_calorimeter(folder / "fast", 715.0, 200, 0.5);
  EXPECT_EQ(run_patina("analyse --replicas " + folder / "run0" + " " + folder / "fast -o " + folder / "x.json").status, 65);
}

TEST(GlassState, HoldsOfTwoRunsMakeOneLaw) {
  const ScratchFolder folder;
  write_holds(folder / "hot", {1100, 1000, 940, 900});
  write_holds(folder / "cold", {870, 850, 835, 820, 790});
  const auto ran = run_patina("analyse " + folder / "hot" + " " + folder / "cold" + " --glass-tau-s 1e-9 -o " + folder / "joint.json --figure " + folder / "joint.png");
  ASSERT_EQ(ran.status, 0) << ran.output;
  EXPECT_GT(std::filesystem::file_size(folder / "joint.png"), 20000u);
  const auto checked = test::run_python(folder / "check.py", R"(
import json, math, sys
a = json.load(open(sys.argv[1]))
t = a["tau_of_temperature"]
assert [p["temperature_K"] for p in t["equilibrium"]] == [820, 835, 850, 870, 900, 940, 1000, 1100], t["holds"]
assert [p["temperature_K"] for p in t["glass"]] == [790]
for p in t["equilibrium"]:
    assert abs(math.log(p["tau_ps"] / (0.02 * math.exp(2000 / (p["temperature_K"] - 600))))) < 4 * p["log_tau_error"] < 0.4, p
vft = next(l for l in t["laws"] if l["name"] == "vft")
assert vft["found"]
T0, B = vft["parameters"]["T0_K"], vft["parameters"]["B_K"]
assert abs(T0["value"] - 600) < 4 * T0["error"] and abs(B["value"] - 2000) < 4 * B["error"]
Tg = 600 + 2000 / math.log(1000 / 0.02)
g = vft["glass_point"]
assert abs(g["Tg_K"]["value"] - Tg) < 4 * g["Tg_K"]["error"] < 0.1 * Tg, (g, Tg)
)",
                                        folder / "joint.json");
  EXPECT_EQ(checked.status, 0) << checked.output << ran.output;
  EXPECT_TRUE(std::filesystem::exists(folder / "hot/analysis.json"));
}

// Step 100 is no step 10, though its name begins alike. Truth: the number of holds.
TEST(GlassState, HoldsOfMoreThanHundredSteps) {
  const ScratchFolder folder;
  std::vector<double> temperatures;
  for (int k = 0; k <= 100; ++k) temperatures.push_back(1200.0 - 2.0 * k);
  write_holds(folder / "run", temperatures);
  const auto ran = run_patina("analyse " + folder / "run");
  ASSERT_EQ(ran.status, 0) << ran.output;
  test::expect_parts(ran.output, {"tau(T) of 101 holds"});
}

TEST(GlassState, TableOfTau) {
  const ScratchFolder folder;
  {
    std::ofstream table(folder / "tau.csv");
    table << "# of an Arrhenius glass below 840 K\nT_K,tau_s,tau_sigma_s,note\n";
    for (const double T : {900.0, 930.0, 960.0, 1000.0, 1050.0, 1100.0, 1200.0, 1400.0}) table << fmt::format("{},{:.9g},{:.3g},1\n", T, vft_ps(T), 0.02 * vft_ps(T));
    for (const double T : {700.0, 740.0, 780.0, 820.0}) table << fmt::format("{},{:.9g},{:.3g},1\n", T, vft_ps(840.0) * std::exp(5000.0 * (1.0 / T - 1.0 / 840.0)), 0.02 * vft_ps(840.0));
  }
  const auto ran = run_patina("analyse " + folder / "tau.csv" + " --glass-tau-s 100 --figure " + folder / "tau.png");
  ASSERT_EQ(ran.status, 0) << ran.output;
  test::expect_parts(ran.output, {"by the data (BIC)", "branches cross at 8", "ignored: columns note", "AICc"});
  EXPECT_TRUE(std::filesystem::exists(folder / "tau_analysis.json"));
  EXPECT_GT(std::filesystem::file_size(folder / "tau.png"), 20000u);
}

TEST(GlassState, BadTablesAreNamedWithTheirPlace) {
  const ScratchFolder folder;
  const auto refused = [&](const std::string& text, const std::vector<std::string>& parts) {
    std::ofstream(folder / "bad.csv") << text;
    const auto ran = run_patina("analyse " + folder / "bad.csv");
    EXPECT_EQ(ran.status, 65) << ran.output;
    test::expect_parts(ran.output, parts);
    EXPECT_FALSE(std::filesystem::exists(folder / "bad_analysis.json"));
  };
  refused("T_K,tau_s,tau_sigma_s\n900,1,0.1\n-4,1,0.1\n", {"bad.csv:3", "column 'T_K' is -4", "above 0"});
  refused("T_K,tau_s,tau_sigma_s\n900,1,0.1\n910,1,0\n", {"bad.csv:3", "column 'tau_sigma_s' is 0", "without its error"});
  refused("T_K,tau_s\n900,1\n", {"no column tau_sigma_s"});
  refused("T_K,tau_s,tau_ps,tau_sigma_s\n900,1,1,1\n", {"one of them"});
  refused("T_K,tau_s,tau_sigma_s,equilibrium\n900,1,0.1,0.5\n", {"column 'equilibrium' is 0.5", "0 or 1"});
  refused("T_K,tau_s,tau_sigma_s\n900,one,0.1\n", {"bad.csv:2", "'tau_s'", "one"});
  refused("T_K,tau_s,tau_sigma_s\n900,1,1e-300\n", {"bad.csv:2", "'tau_sigma_s' is 1e-300", "at least 1e-09 times tau"});
  refused("set_T_K,tau_s,tau_sigma_s\n900,1,0.1\n", {"no column T_K or temperature_K"});
  std::string many = "T_K,tau_s,tau_sigma_s\n";
  for (int k = 0; k <= 10000; ++k) many += fmt::format("{},1,0.1\n", 900 + k);
  refused(many, {"10001 rows, at most 10000"});
}

// As spreadsheets write it: the byte order mark of UTF-8 before the first name, CRLF at the ends of lines. Truth: the same without.
TEST(GlassState, TablesOfSpreadsheets) {
  const ScratchFolder folder;
  std::string plain = "T_K,tau_s,tau_sigma_s\n", sheet = "\xEF\xBB\xBFT_K,tau_s,tau_sigma_s\r\n";
  for (const double T : {900.0, 930.0, 960.0, 1000.0, 1050.0, 1100.0}) {
    const std::string row = fmt::format("{},{:.9g},{:.3g}", T, vft_ps(T), 0.02 * vft_ps(T));
    plain += row + "\n";
    sheet += row + "\r\n";
  }
  std::ofstream(folder / "tau.csv") << plain;
  const auto first = run_patina("analyse " + folder / "tau.csv");
  std::filesystem::remove(folder / "tau_analysis.json");
  std::ofstream(folder / "tau.csv") << sheet;
  const auto second = run_patina("analyse " + folder / "tau.csv");
  EXPECT_EQ(second.status, 0) << second.output;
  EXPECT_EQ(first.output, second.output);
}

TEST(GlassState, OutputsHaveNamesOfTheirOwn) {
  const ScratchFolder folder;
  std::ofstream(folder / "tau.csv") << "T_K,tau_s,tau_sigma_s\n900,1,0.1\n1000,0.1,0.01\n1100,0.02,0.002\n";
  EXPECT_EQ(run_patina("analyse " + folder / "tau.csv" + " -o " + folder / "a.png --figure " + folder / "a.png --overwrite").status, 73);
  EXPECT_EQ(run_patina("analyse " + folder / "tau.csv" + " --figure " + folder / "a.gif").status, 64);
  EXPECT_EQ(run_patina("analyse " + folder / "tau.csv" + " --glass-tau-s nan").status, 64);
  EXPECT_FALSE(std::filesystem::exists(folder / "tau_analysis.json"));
  std::filesystem::create_directory(folder / "run");
  EXPECT_EQ(run_patina("analyse " + folder / "run -o " + folder / "a.json").status, 64);
  EXPECT_EQ(run_patina("analyse --replicas " + folder / "run " + folder / "./run -o " + folder / "a.json").status, 64);
  EXPECT_EQ(run_patina("analyse " + folder / "run " + folder / "tau -o " + folder / "run/analysis.json").status, 73);
}

}  // namespace
}  // namespace patina
