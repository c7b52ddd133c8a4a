// SPDX-License-Identifier: BSD-3-Clause
// analysis.json of `patina analyse`: relaxation times and exponents of the coherent f(q; t_w, t), in ps.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/error.hpp"
#include "score/answer_readers.hpp"

namespace patina {
namespace {

using Json = nlohmann::json;

double member(const Json& object, const char* key) {
  if (!object.is_object()) return not_told;
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : not_told;
}

TauAnswer tau_of(const Json& fit, double q_inv_A) {
  TauAnswer one;
  one.q_inv_A = q_inv_A;
  one.waiting_time = member(fit, "waiting_time_ps");
  if (fit.contains("tau_ps")) {
    one.tau = member(fit["tau_ps"], "value");
    one.tau_sigma = member(fit["tau_ps"], "error");
  }
  if (fit.contains("kww_exponent") && fit["kww_exponent"].value("fixed", false) == false) {
    one.kww_exponent = member(fit["kww_exponent"], "value");
    one.kww_exponent_sigma = member(fit["kww_exponent"], "error");
  }
  return one;
}

}  // namespace

Answer read_analysis_answer(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ExitCode::missing_input, path + ": cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  const Json root = Json::parse(text.str(), nullptr, false);
  if (root.is_discarded()) throw Error(ExitCode::bad_input, path + ": begins like JSON, but is none (cut short?)");
  Answer answer;
  answer.path = path;
  answer.recognised_as = "analysis.json (patina analyse): fits of the coherent f";
  answer.unit = TimeUnit::picoseconds;
  const auto relaxation = root.find("relaxation");
  if (relaxation == root.end() || !relaxation->is_array()) throw Error(ExitCode::bad_input, path + ": /relaxation: must be a list, as `patina analyse` writes it");
  try {
    for (const Json& entry : *relaxation)
      for (const Json& fit : entry.at("coherent").at("fits")) {
        if (fit.value("status", "") == "refused") continue;
        answer.tau.push_back(tau_of(fit, member(entry, "q0_inv_A")));
        if (!(answer.tau.back().waiting_time >= 0.0) || answer.tau.back().tau <= 0.0)
          throw Error(ExitCode::bad_input, fmt::format("{}: /relaxation: a fit without waiting_time_ps, or of a tau_ps of 0 or less", path));
      }
  } catch (const Json::exception& error) {
    throw Error(ExitCode::bad_input, fmt::format("{}: /relaxation is not as `patina analyse` writes it: {}", path, error.what()));
  }
  if (answer.tau.empty()) throw Error(ExitCode::bad_input, path + ": /relaxation has no fit");
  answer.notes.push_back("ignored: self parts, Tg, structure and all else but the fits of coherent parts");
  return answer;
}

}  // namespace patina
