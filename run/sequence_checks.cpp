// SPDX-License-Identifier: BSD-3-Clause
#include "run/sequence_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "run/expansion.hpp"
#include "run/schedule.hpp"

namespace patina {

namespace {

// What moves each atom of a branch in a way of its own, beside its velocity at the start: random numbers are functions of the time step, which goes on through
// all branches.
bool is_stochastic(const RunConfig& run, const StepConfig& step) {
  if (!takes_time(step)) return false;
  if (std::holds_alternative<SwapStep>(step)) return true;
  const std::string thermostat = thermostat_of(run.dynamics, step).type;
  return thermostat == "langevin" || thermostat == "velocity_rescaling" || barostat_of(run.dynamics, step).type == "cell_rescaling";
}

void check_branch(const RunConfig& run, const BranchStep& branch, const std::vector<StepConfig>& steps, const std::string& pointer, const ConfigChecker& at) {
  const std::size_t each = steps.size() / (branch.from.size() * static_cast<std::size_t>(branch.branches));
  const auto one = std::span(steps).first(each);
  if (branch.branches > 1 && std::none_of(one.begin(), one.end(), takes_time))
    at.error(pointer + "/branches", fmt::format("no step of them moves atoms by their velocities: all {} would be copies of each other", branch.branches));
  else if (branch.velocities == "kept" && branch.branches > 1 && std::none_of(one.begin(), one.end(), [&](const StepConfig& step) { return is_stochastic(run, step); }))
    at.error(pointer + "/velocities", fmt::format("\"kept\", and no thermostat or barostat of the steps is stochastic: all {} branches would be copies of each other", branch.branches));
  if (const auto& restore = std::get<RestoreStep>(steps.front()); restore.temperature_K && *restore.temperature_K == 0.0)
    at.error(pointer + "/temperature_K", "velocities are \"new\", and the first step that moves atoms has no temperature: give one");
  for (const StepConfig& step : steps)
    if (const std::string label = std::visit([](const auto& s) { return s.label.value_or(""); }, step); !is_label(label))
      return at.error(pointer, fmt::format("makes the label \"{}\" of {} characters, at most {} are taken: give shorter labels", label, label.size(), longest_label));
}

// Whether a sample that a step begins with is at rest: it was built, or minimised.
enum class Begins { at_rest, in_motion, unknown };

Begins first_motion(const StructureConfig& structure) {
  if (const auto* sample = std::get_if<SampleStructureConfig>(&structure)) return sample->velocities == "new" ? Begins::at_rest : Begins::unknown;
  return std::holds_alternative<FileStructureConfig>(structure) ? Begins::unknown : Begins::at_rest;
}

Begins motion_after(const StepConfig& step) {
  if (const auto* restore = std::get_if<RestoreStep>(&step)) return restore->velocities == "new" ? Begins::in_motion : Begins::unknown;
  return is_minimisation(step) ? Begins::at_rest : Begins::in_motion;
}

}  // namespace

void check_sequence(const RunConfig& run, const ConfigChecker& at) {
  std::vector<StepConfig> all;
  Begins motion = first_motion(run.structure);
  for (std::size_t k = 0; k < run.protocol.size(); ++k) {
    const ProtocolItem& item = run.protocol[k];
    const std::string pointer = fmt::format("protocol/{}", k);
    const std::vector<StepConfig> steps = elementary_steps(item, run.dynamics);
    const std::vector<std::string> places = places_of_elementary_steps(item, run.dynamics, pointer);
    const auto* branch = std::get_if<BranchStep>(&item);
    if (all.size() + steps.size() > most_protocol_steps) return;
    if (branch) check_branch(run, *branch, steps, pointer, at);
    std::size_t wrong_froms = 0;
    std::vector<std::size_t> states;  // of a branch: the step that each of its `from` means
    for (std::size_t j = 0; j < steps.size(); ++j) {
      all.push_back(steps[j]);
      const std::size_t index = all.size() - 1;
      if (const auto* restore = std::get_if<RestoreStep>(&steps[j])) {
        const auto meant = steps_meant(all, index, restore->from);
        const std::string key = branch ? fmt::format("/from/{}", j * branch->from.size() / steps.size()) : "/from";
        const bool first = !branch || j % (steps.size() / branch->from.size()) == 0;
        if (meant.empty() && first) at.error(pointer + key, fmt::format("no step before this one is named \"{}\"", restore->from));
        if (meant.size() > 1 && first)
          at.error(pointer + key, fmt::format("\"{}\" may be {} or {}: give the whole name, or labels", restore->from, step_label(meant[0], all[meant[0]]), step_label(meant[1], all[meant[1]])));
        if (meant.size() != 1) ++wrong_froms;
        if (meant.size() == 1 && branch && first) {
          if (const auto same = std::find(states.begin(), states.end(), meant[0]); same != states.end())
            at.error(pointer + key, fmt::format("\"{}\" is the state of /from/{} already; \"branches\" says how often each is gone on from", restore->from, same - states.begin()));
          states.push_back(meant[0]);
        }
      }
      const auto* measure = std::get_if<MeasureStep>(&steps[j]);
      if (measure && !measure->temperature_K && motion == Begins::at_rest && (!branch || j < steps.size() / (branch->from.size() * static_cast<std::size_t>(branch->branches))))
        at.error(places[j], "begins with a sample at rest: give temperature_K, at which its velocities are drawn");
      motion = motion_after(steps[j]);
    }
    if (wrong_froms > 0) return;
  }
}

}  // namespace patina
