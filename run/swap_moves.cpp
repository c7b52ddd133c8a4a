// SPDX-License-Identifier: BSD-3-Clause
#include "run/swap_moves.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"

namespace patina {

std::optional<std::array<int, 2>> swap_pair(const std::string& words, const std::vector<std::string>& species) {
  const std::size_t dash = words.find('-');
  if (dash == std::string::npos) return std::nullopt;
  const auto first = std::find(species.begin(), species.end(), words.substr(0, dash)), second = std::find(species.begin(), species.end(), words.substr(dash + 1));
  if (first == species.end() || second == species.end() || first == second) return std::nullopt;
  return std::array{static_cast<int>(first - species.begin()), static_cast<int>(second - species.begin())};
}

std::vector<std::array<int, 2>> swap_pairs(const SwapStep& step, const std::vector<std::string>& species, const std::vector<std::int64_t>& count) {
  std::vector<std::array<int, 2>> pairs;
  if (step.pairs) {
    for (const std::string& words : *step.pairs)
      if (const auto pair = swap_pair(words, species)) pairs.push_back(*pair);
    return pairs;
  }
  for (std::size_t s = 0; s < species.size(); ++s)
    for (std::size_t t = s + 1; t < species.size(); ++t)
      if (count[s] > 0 && count[t] > 0) pairs.push_back({static_cast<int>(s), static_cast<int>(t)});
  return pairs;
}

SwapMoves::SwapMoves(const SwapStep& step, const std::string& label, const EamTables& tables, const Species& species) : tables_(tables), interval_steps_(step.interval_steps) {
  sweep_.pairs = swap_pairs(step, species.symbol, species.count);
  if (sweep_.pairs.empty()) throw Error(ExitCode::bad_input, fmt::format("{}: the sample has one species: no atoms could change places", label));
  for (const auto& pair : sweep_.pairs)
    for (const int type : pair)
      if (species.count[static_cast<std::size_t>(type)] == 0)
        throw Error(ExitCode::bad_input, fmt::format("{}: the sample has no {}, which is to change places", label, species.symbol[static_cast<std::size_t>(type)]));
  sweep_.temperature_K = step.temperature_K;
  sweep_.attempts = std::max<std::int64_t>(1, std::llround(step.attempts_per_atom * static_cast<double>(species.atoms())));
  for (const auto& [first, second] : sweep_.pairs)
    name_.push_back(species.symbol[static_cast<std::size_t>(first)] + "-" + species.symbol[static_cast<std::size_t>(second)]);
  attempted_.assign(sweep_.pairs.size(), 0);
  accepted_ = attempted_;
}

void SwapMoves::sweep(System& system, Engine& engine, Integrator& integrator) {
  const SwapOutcome outcome = swap_species(system, tables_, sweep_);
  for (std::size_t k = 0; k < sweep_.pairs.size(); ++k) {
    attempted_[k] += outcome.attempted[k];
    accepted_[k] += outcome.accepted[k];
  }
  engine.force_rebuild();
  integrator.refresh_with_heat();
}

std::optional<double> SwapMoves::acceptance() const {
  const long long attempted = std::accumulate(attempted_.begin(), attempted_.end(), 0LL), accepted = std::accumulate(accepted_.begin(), accepted_.end(), 0LL);
  if (attempted == 0) return std::nullopt;
  return static_cast<double>(accepted) / static_cast<double>(attempted);
}

std::string SwapMoves::text() const {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < name_.size(); ++k)
    parts.push_back(fmt::format("{} {} of {} ({:.3g} %)", name_[k], accepted_[k], attempted_[k],
                                attempted_[k] > 0 ? 100.0 * static_cast<double>(accepted_[k]) / static_cast<double>(attempted_[k]) : 0.0));
  return fmt::format("{}", fmt::join(parts, ", "));
}

void SwapMoves::save(StateMap& state) const {
  state["swap/attempted"] = {attempted_.begin(), attempted_.end()};
  state["swap/accepted"] = {accepted_.begin(), accepted_.end()};
}

void SwapMoves::load(const StateMap& state) {
  const auto &attempted = state_of(state, "swap/attempted", name_.size()), &accepted = state_of(state, "swap/accepted", name_.size());
  std::transform(attempted.begin(), attempted.end(), attempted_.begin(), [](double count) { return static_cast<long long>(count); });
  std::transform(accepted.begin(), accepted.end(), accepted_.begin(), [](double count) { return static_cast<long long>(count); });
}

}  // namespace patina
