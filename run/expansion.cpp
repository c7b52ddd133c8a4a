// SPDX-License-Identifier: BSD-3-Clause
#include "run/expansion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "run/schedule.hpp"

namespace patina {

namespace {

constexpr double ps_per_s = 1e12;

// A step with the control of another; only one that is watched has its observers, and may keep its sample.
template <class Step, class Control>
Step step_like(const Control& like, const std::string& label, bool watched) {
  Step step;
  static_cast<Control&>(step) = like;
  if (!watched) step.observers.clear();
  step.keep = like.keep && watched;
  step.label = label;
  return step;
}

AnnealStep hold(const StepCommon& like, double temperature_K, double duration_ps, const std::string& label, bool watched) {
  AnnealStep step = step_like<AnnealStep>(like, label, watched);
  step.temperature_K = temperature_K;
  step.duration_ps = duration_ps;
  return step;
}

RampStep ramp(const StepControl& like, double from_K, double to_K, double from_pressure_GPa, double to_pressure_GPa, double duration_ps,
              const std::string& label) {
  RampStep step = step_like<RampStep>(like, label, false);
  step.from_K = from_K;
  step.to_K = to_K;
  step.from_pressure_GPa = from_pressure_GPa;
  step.to_pressure_GPa = to_pressure_GPa;
  step.duration_ps = duration_ps;
  return step;
}

RampStep ramp_at_rate(const StepCommon& like, double from_K, double to_K, double rate_K_per_s, const std::string& label) {
  return ramp(like, from_K, to_K, like.pressure_GPa, like.pressure_GPa, std::abs(to_K - from_K) / rate_K_per_s * ps_per_s, label);
}

DeformStep deform(const StepCommon& like, const std::string& deformation, double strain, double temperature_K, double duration_ps, const std::string& label,
                  bool watched) {
  DeformStep step = step_like<DeformStep>(like, label, watched);
  step.deformation = deformation;
  step.strain = strain;
  step.temperature_K = temperature_K;
  step.duration_ps = duration_ps;
  return step;
}

// Control of a step of a strain: a barostat on the axes beside it, each by itself, or none.
StepCommon beside_strain(const StepCommon& step, const DynamicsConfig& dynamics, const std::string& deformation, const std::string& lateral) {
  StepCommon control{step};
  control.barostat = step.barostat.value_or(dynamics.barostat);
  const std::array<bool, 3> beside = axes_beside(deformation_of(deformation));
  for (std::size_t d = 0; d < 3; ++d) control.barostat->axes[d] = control.barostat->axes[d] && beside[d];
  control.barostat->coupling = "per_axis";
  if (lateral == "fixed") control.barostat->type = "none";
  return control;
}

struct Elementary {
  using Steps = std::vector<StepConfig>;
  const DynamicsConfig& dynamics;

  template <class Step>
  Steps operator()(const Step& step) const {
    return {step};
  }

  Steps operator()(const HoldStepsStep& s) const {
    Steps steps;
    const std::vector<double> temperatures = hold_temperatures(s);
    for (std::size_t k = 0; k < temperatures.size(); ++k) {
      const double before_K = temperatures[k > 0 ? k - 1 : 0], K = temperatures[k];
      if (K != before_K) steps.push_back(ramp_at_rate(s, before_K, K, s.rate_K_per_s, fmt::format("to_{:g}K", K)));
      steps.push_back(hold(s, K, s.hold_ps, fmt::format("hold_{:g}K", K), true));
    }
    return steps;
  }

  Steps operator()(const CycleStep& s) const {
    const bool low_first = s.begin == "low";
    Steps steps;
    const auto stay = [&](int cycle, bool low) {
      const double duration_ps = low ? s.low_ps : s.high_ps;
      if (duration_ps > 0.0)
        steps.push_back(hold(s, low ? s.low_K : s.high_K, duration_ps, fmt::format("cycle{:02d}_{}", cycle, low ? "low" : "high"), low == low_first));
    };
    const auto go = [&](int cycle, bool heating) {
      const double rate = heating ? s.heating_rate_K_per_s : s.cooling_rate_K_per_s.value_or(s.heating_rate_K_per_s);
      steps.push_back(ramp_at_rate(s, heating ? s.low_K : s.high_K, heating ? s.high_K : s.low_K, rate,
                                   fmt::format("cycle{:02d}_{}", cycle, heating ? "heat" : "cool")));
    };
    stay(0, low_first);
    for (int cycle = 1; cycle <= s.cycles; ++cycle) {
      go(cycle, low_first);
      stay(cycle, !low_first);
      go(cycle, !low_first);
      stay(cycle, low_first);
    }
    return steps;
  }

  Steps operator()(const CompressStep& s) const {
    const double from = s.from_pressure_GPa, to = s.to_pressure_GPa, K = s.temperature_K;
    const double ramp_ps = s.rate_GPa_per_ps ? std::abs(to - from) / *s.rate_GPa_per_ps : s.ramp_ps.value_or(0.0);
    Steps steps = {ramp(s, K, K, from, to, ramp_ps, fmt::format("compress_to_{:g}GPa", to))};
    StepCommon held{s};
    held.pressure_GPa = to;
    if (s.hold_ps > 0.0) steps.push_back(hold(held, K, s.hold_ps, fmt::format("hold_{:g}GPa", to), true));
    if (s.release) steps.push_back(ramp(s, K, K, to, from, ramp_ps, fmt::format("release_to_{:g}GPa", from)));
    return steps;
  }

  Steps operator()(const StrainStep& s) const {
    const StepCommon held = beside_strain(s, dynamics, s.deformation, s.lateral);
    // A step strain takes one time step, which is what any shorter time is rounded to.
    const double time_step_ps = dynamics.time_step_fs * units::ps_per_fs;
    const double duration_ps = s.rate_per_ps ? std::abs(s.strain) / *s.rate_per_ps : s.ramp_ps.value_or(time_step_ps);
    const std::string name = fmt::format("{}_{:g}", s.deformation, s.strain);
    const DeformStep there = deform(held, s.deformation, s.strain, s.temperature_K, duration_ps, name, false);
    Steps steps = {there};
    if (s.hold_ps > 0.0) steps.push_back(hold(held, s.temperature_K, s.hold_ps, "hold_" + name, true));
    if (!s.release) return steps;
    DeformStep back = there;
    // Strains count from the cell as a step finds it.
    back.strain = deformation_of(s.deformation).kind == Deformation::Kind::shear ? -s.strain : -s.strain / (1.0 + s.strain);
    back.label = "back_" + name;
    steps.push_back(back);
    return steps;
  }

  Steps operator()(const ShearStep& s) const {
    const StepCommon held = beside_strain(s, dynamics, s.deformation, s.lateral);
    const auto go = [&](double strain, const std::string& label, bool watched) {
      return deform(held, s.deformation, strain, s.temperature_K, std::abs(strain) / s.rate_per_ps, label, watched);
    };
    if (s.strain) return {go(*s.strain, fmt::format("{}_{:g}", s.deformation, *s.strain), true)};
    Steps steps;
    const double amplitude = s.amplitude.value_or(0.0);
    const auto stay = [&](int cycle) {
      if (s.hold_ps > 0.0) steps.push_back(hold(held, s.temperature_K, s.hold_ps, fmt::format("cycle{:02d}_held", cycle), true));
    };
    stay(0);
    for (int cycle = 1; cycle <= s.cycles; ++cycle) {
      steps.push_back(go(amplitude, fmt::format("cycle{:02d}_there", cycle), false));
      steps.push_back(go(-2.0 * amplitude, fmt::format("cycle{:02d}_across", cycle), false));
      steps.push_back(go(amplitude, fmt::format("cycle{:02d}_back", cycle), false));
      stay(cycle);
    }
    return steps;
  }

  Steps operator()(const QuasistaticStrainStep& s) const {
    Steps steps;
    const auto strain_after = [&](int increment) { return s.strain * increment / s.increments; };
    for (int k = 1; k <= s.increments; ++k) {
      MinimiseStep step{s.max_force_eV_per_A, s.max_steps, s.lateral == "free" ? "per_axis" : "none", s.pressure_GPa, s.deformation, strain_after(k - 1), strain_after(k), s.observers, {}, false};
      step.label = fmt::format("{}_{:g}", s.deformation, step.strain);
      steps.push_back(std::move(step));
    }
    return steps;
  }

  Steps operator()(const MeasureStep& s) const {
    MeasureStep step = s;
    if (!step.thermostat) step.thermostat = ThermostatConfig{.type = "none"};
    if (!step.barostat) step.barostat = BarostatConfig{.type = "none"};
    return {step};
  }

  Steps operator()(const UnloadStep& s) const {
    UnloadStep step = s;
    if (!step.barostat) {
      step.barostat = dynamics.barostat;  // its axes
      step.barostat->type = "cell_rescaling";
      // Differences of normal stresses, the slowest, then fall to 1/e in relaxation_ps: d ln L_a/dt = compressibility (P_aa - P)/(3 relaxation_ps), 2 G of it back.
      step.barostat->compressibility_per_GPa = 3.0 / (2.0 * s.shear_modulus_GPa);
      step.barostat->relaxation_ps = s.relaxation_ps;
    }
    step.barostat->coupling = "per_axis";
    return {step};
  }

  // Each branch by itself: the steps of one after the other, with labels that tell it from the others.
  Steps operator()(const BranchStep& s) const {
    Steps one;
    for (const BranchItem& item : s.steps)
      for (StepConfig& step : elementary_steps(item_of(item), dynamics)) one.push_back(std::move(step));
    RestoreStep restore;
    const auto moving = std::find_if(one.begin(), one.end(), takes_time);
    // Nothing is drawn for atoms that only go to a minimum.
    if (s.velocities == "new" && (s.temperature_K || moving != one.end())) {
      restore.velocities = "new";
      restore.temperature_K = s.temperature_K ? *s.temperature_K : make_schedule(*moving, dynamics.time_step_fs * units::ps_per_fs).from_K;
    }
    Steps steps;
    for (const std::string& from : s.from)
      for (int branch = 1; branch <= s.branches; ++branch) {
        const std::string prefix = branch_prefix(s, from, branch);
        restore.from = from;
        restore.label = prefix + "restore";
        steps.push_back(restore);
        for (StepConfig step : one) {
          std::visit([&](auto& each) { each.label = prefix + each.label.value_or(each.type_name); }, step);
          steps.push_back(std::move(step));
        }
      }
    return steps;
  }
};

bool keeps_more_than_its_last(const ProtocolItem& item) {
  if (const auto* shear = std::get_if<ShearStep>(&item)) return shear->amplitude && shear->hold_ps > 0.0;
  return std::holds_alternative<HoldStepsStep>(item) || std::holds_alternative<CycleStep>(item) || std::holds_alternative<BranchStep>(item);
}

void set_keep(StepConfig& step, bool keep) {
  std::visit(
      [&](auto& s) {
        if constexpr (requires { s.keep; }) s.keep = keep;
      },
      step);
}

}  // namespace

std::string branch_prefix(const BranchStep& step, const std::string& from, int branch) {
  return fmt::format("{}b{:02d}_", step.from.size() > 1 ? from + "_" : "", branch);
}

ProtocolItem item_of(const BranchItem& item) {
  return std::visit([](const auto& one) { return ProtocolItem(one); }, item);
}

std::vector<double> hold_temperatures(const HoldStepsStep& s) {
  if (!s.temperatures_K.empty() || !s.from_K || !s.to_K || !s.step_K) return s.temperatures_K;
  constexpr double rounding = 1e-6;
  const double intervals = std::abs(*s.to_K - *s.from_K) / *s.step_K, whole = std::round(intervals);
  if (!(whole < most_holds) || std::abs(intervals - whole) > rounding) return {};
  std::vector<double> temperatures;
  for (int k = 0; k <= static_cast<int>(whole); ++k)
    temperatures.push_back(whole > 0.0 ? *s.from_K + (*s.to_K - *s.from_K) * (k / whole) : *s.from_K);
  return temperatures;
}

std::vector<StepConfig> elementary_steps(const ProtocolItem& item, const DynamicsConfig& dynamics) {
  std::vector<StepConfig> steps = std::visit(Elementary{dynamics}, item);
  if (keeps_more_than_its_last(item)) return steps;
  const bool keep = std::visit(
      [](const auto& s) {
        if constexpr (requires { s.keep; }) return s.keep;
        return false;
      },
      item);
  for (std::size_t k = 0; k < steps.size(); ++k) set_keep(steps[k], keep && k + 1 == steps.size());
  return steps;
}

std::vector<std::string> places_of_elementary_steps(const ProtocolItem& item, const DynamicsConfig& dynamics, const std::string& place) {
  const auto* branch = std::get_if<BranchStep>(&item);
  if (!branch) return std::vector<std::string>(elementary_steps(item, dynamics).size(), place);
  std::vector<std::string> places;
  for (std::size_t k = 0; k < branch->from.size() * static_cast<std::size_t>(branch->branches); ++k) {
    places.push_back(place);
    for (std::size_t j = 0; j < branch->steps.size(); ++j)
      for (const std::string& inner : places_of_elementary_steps(item_of(branch->steps[j]), dynamics, fmt::format("{}/steps/{}", place, j))) places.push_back(inner);
  }
  return places;
}

std::vector<StepConfig> elementary_steps(const RunConfig& config) {
  std::vector<StepConfig> all;
  for (const ProtocolItem& item : config.protocol)
    for (StepConfig& step : elementary_steps(item, config.dynamics)) all.push_back(std::move(step));
  for (std::size_t k = 0; k < all.size(); ++k)
    if (std::holds_alternative<RestoreStep>(all[k])) set_keep(all[restored_step(all, k)], true);
  if (!all.empty()) set_keep(all.back(), true);
  return all;
}

std::vector<std::size_t> steps_meant(const std::vector<StepConfig>& steps, std::size_t index, const std::string& from) {
  std::vector<std::size_t> found;
  for (std::size_t k = 0; k < index; ++k) {
    if (std::holds_alternative<RestoreStep>(steps[k])) continue;
    const std::string name = std::visit([](const auto& s) { return s.label.value_or(s.type_name); }, steps[k]);
    if (name == from || step_label(k, steps[k]) == from) found.push_back(k);
  }
  return found;
}

std::size_t restored_step(const std::vector<StepConfig>& steps, std::size_t index) {
  const std::string& from = std::get<RestoreStep>(steps[index]).from;
  const auto found = steps_meant(steps, index, from);
  if (found.size() != 1)
    throw Error(ExitCode::bad_input, fmt::format("{}: {} earlier steps are named \"{}\"", step_label(index, steps[index]), found.size(), from));
  return found[0];
}

RunConfig expanded(RunConfig config) {
  std::vector<ProtocolItem> items;
  for (StepConfig& step : elementary_steps(config)) std::visit([&](auto& one) { items.push_back(std::move(one)); }, step);
  config.protocol = std::move(items);
  return config;
}

}  // namespace patina
