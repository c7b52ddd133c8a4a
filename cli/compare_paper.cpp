// SPDX-License-Identifier: BSD-3-Clause
#include "cli/compare_paper.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "cli/compared_series.hpp"
#include "cli/shared_files.hpp"
#include "core/error.hpp"
#include "core/version.hpp"

namespace patina {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* file_name = "cornet_ruta_2023.json";
constexpr double alike_temperature = 0.03;  // of T/T_g, as in analysis/legitimacy.cpp

Json paper() {
  std::ifstream file(shared_folder("measured", "inputs/measured", file_name, "the numbers of the review") + "/" + file_name);
  return Json::parse(file);
}

const Json& item_of(const Json& all, const std::string& id) {
  std::vector<std::string> known;
  for (const auto& item : all["items"]) {
    if (item["id"] == id) return item;
    known.push_back(item["id"].get<std::string>());
  }
  throw Error(ExitCode::usage, fmt::format("paper:{}: the review has no such item; there are {}", id, fmt::join(known, ", ")));
}

// A dimensionless number of the review, what the run has to say of it, and whether that is a comparison.
struct Reduced {
  std::string name, simulated;
  std::vector<double> measured;
  Verdict verdict;
  std::string why;
};

std::optional<double> number(const Json& item, const char* name) {
  const Json& numbers = item["numbers"];
  return numbers.contains(name) ? std::optional(numbers[name]["value"].get<double>()) : std::nullopt;
}

std::string temperatures_of(const RunAnalysis& run, double Tg_K) {
  std::vector<std::string> found;
  for (const auto& hold : run.hold_taus) found.push_back(fmt::format("{:.3f}", hold.measured.point.temperature_K / Tg_K));
  return found.empty() ? "no hold with a relaxation time" : fmt::format("holds at {}", fmt::join(found, ", "));
}

bool has_hold_between(const RunAnalysis& run, double low_K, double high_K, double margin_K) {
  return std::any_of(run.hold_taus.begin(), run.hold_taus.end(), [=](const HoldTau& hold) {
    return hold.measured.point.temperature_K > low_K - margin_K && hold.measured.point.temperature_K < high_K + margin_K;
  });
}

std::optional<double> Tg_of(const RunAnalysis& run) {
  ComparedSample sample;
  set_glass_transition(run, sample);
  return sample.Tg_K;
}

std::vector<Reduced> reduced_numbers(const Json& item, const RunAnalysis& run) {
  std::vector<Reduced> out;
  const auto Tg = number(item, "Tg_K"), simulated_Tg = Tg_of(run);
  const auto against_Tg = [&](const std::string& name, std::vector<double> measured) {
    const auto [lowest, highest] = std::minmax_element(measured.begin(), measured.end());
    const bool alike = simulated_Tg && has_hold_between(run, *lowest * *simulated_Tg, *highest * *simulated_Tg, alike_temperature * *simulated_Tg);
    out.push_back({name, simulated_Tg ? temperatures_of(run, *simulated_Tg) : "the run has no T_g of a quench", std::move(measured), alike ? Verdict::legitimate : Verdict::conditional,
                   std::string(alike ? "" : "no hold is known to be at the same reduced temperature, so only trends may be compared; ") + "T_g of a simulation belongs to its cooling rate and lies 100-200 K above that of the laboratory"});
  };
  if (const auto low = number(item, "lowest_K"), high = number(item, "highest_K"); Tg && low && high) against_Tg("T/T_g, from and to", {*low / *Tg, *high / *Tg});
  if (const auto T = number(item, "temperature_K"); Tg && T) against_Tg("T/T_g", {*T / *Tg});
  if (const auto T = number(item, "highest_T_over_Tg")) against_Tg("T/T_g, to", {*T});
  if (const auto change = number(item, "regime_change_s"), duration = number(item, "duration_s"); change && duration)
    out.push_back({"change of regime over the duration", "times of hours: `patina analyse` finds changes of regime in the run's speckles", {*change / *duration}, Verdict::not_legitimate,
                   "the review prints no tau, so that neither t_w/tau0 nor t_w/tau* is known; the duration is the experimenter's choice"});
  if (const auto ratio = number(item, "relaxation_enthalpy_ratio")) {
    std::vector<std::string> found;
    for (const auto& one : run.enthalpies)
      if (one.enthalpy.found) found.push_back(fmt::format("step {}: {:.3g} +- {:.1g} meV/atom", run.heating[one.scan].protocol_step, 1e3 * one.enthalpy.value, 1e3 * one.enthalpy.error));
    out.push_back({"relaxation enthalpy, deformed over annealed", found.empty() ? "the run has no two scans that heat" : fmt::format("{}", fmt::join(found, "; ")), {*ratio}, Verdict::legitimate,
                   "a ratio of energies; divide those of a deformed and an annealed glass, of the same reference"});
  }
  if (const auto increase = number(item, "Tg_increase_K"))
    out.push_back({"increase of T_g (K)", "as a share of T_g only", {*increase}, Verdict::conditional, "the review prints no T_g of this glass: at some 700 K it would be 8 or 9 %"});
  if (const auto rate = number(item, "cooling_rate_K_per_s"))
    out.push_back({"cooling rate (K/s)", run.quenches.empty() ? "no quench" : fmt::format("{:.2g}", run.quenches.front().rate_K_per_s), {*rate}, Verdict::not_legitimate,
                   "rates compare as quench numbers, rate tau0/T, and the review prints no tau0"});
  return out;
}

}  // namespace

std::string list_of_papers() {
  const Json all = paper();
  std::string text = all["source"].get<std::string>() + ", doi " + all["doi"].get<std::string>() + "\n";
  for (const auto& item : all["items"]) text += fmt::format("  paper:{:<5} {} ({})\n", item["id"].get<std::string>(), item["name"].get<std::string>(), item["sample"].get<std::string>());
  return text;
}

std::string compare_with_paper(const std::string& results, const std::string& id) {
  const Json all = paper();
  const Json item = item_of(all, id);
  const SimulatedResults simulated = read_simulated(results);
  if (!simulated.of_run) throw Error(ExitCode::bad_input, results + ": numbers of the review are compared with a run folder");
  Json out{{"format", "patina-compare-paper"}, {"format_version", 1}, {"analysed_with", {{"version", build_info().version}, {"git_hash", build_info().git_hash}}}};
  out["source"] = all["source"];
  out["doi"] = all["doi"];
  out["item"] = item;
  out["results"] = results;
  out["comparisons"] = Json::array();
  fmt::print("{}: {}: {}, {}\n", id, item["name"].get<std::string>(), item["sample"].get<std::string>(), item["reference"].get<std::string>());
  for (const auto& [name, one] : item["numbers"].items())
    fmt::print("  {} = {:g} ({}: \"{}\")\n", name, one["value"].get<double>(), one["place"].get<std::string>(), one["words"].get<std::string>());
  for (const auto& one : reduced_numbers(item, simulated.run)) {
    fmt::print("{}: {}: {:.4g} measured; simulated: {}: {}\n", to_string(one.verdict), one.name, fmt::join(one.measured, ", "), one.simulated, one.why);
    out["comparisons"].push_back({{"quantity", one.name}, {"measured", one.measured}, {"simulated", one.simulated}, {"verdict", to_string(one.verdict)}, {"why", one.why}});
  }
  return out.dump(1) + "\n";
}

}  // namespace patina
