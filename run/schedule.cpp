// SPDX-License-Identifier: BSD-3-Clause
#include "run/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

namespace {

constexpr double ps_per_s = 1e12;

struct DurationOf {
  double operator()(const MeltStep& s) const { return s.duration_ps; }
  double operator()(const AnnealStep& s) const { return s.duration_ps; }
  double operator()(const QuenchStep& s) const { return std::abs(s.to_K - s.from_K) / s.cooling_rate_K_per_s * ps_per_s; }
  double operator()(const HeatStep& s) const { return std::abs(s.to_K - s.from_K) / s.heating_rate_K_per_s * ps_per_s; }
  double operator()(const RampStep& s) const { return s.duration_ps; }
  double operator()(const DeformStep& s) const { return s.duration_ps; }
  double operator()(const SwapStep& s) const { return s.duration_ps; }
  double operator()(const DepositStep& s) const { return growth_ps(s) + s.settle_ps; }
  double operator()(const MeasureStep& s) const { return s.duration_ps; }
  double operator()(const UnloadStep& s) const { return s.duration_ps; }
  double operator()(const MinimiseStep&) const { return 0.0; }
  double operator()(const CutFilmStep&) const { return 0.0; }
  double operator()(const RestoreStep&) const { return 0.0; }
};

struct ScheduleOf {
  std::int64_t steps;

  Schedule ramp(double from_K, double to_K, double GPa) const { return {steps, from_K, to_K, GPa, GPa}; }
  Schedule operator()(const MeltStep& s) const { return ramp(s.temperature_K, s.temperature_K, s.pressure_GPa); }
  Schedule operator()(const AnnealStep& s) const { return ramp(s.temperature_K, s.temperature_K, s.pressure_GPa); }
  Schedule operator()(const QuenchStep& s) const { return ramp(s.from_K, s.to_K, s.pressure_GPa); }
  Schedule operator()(const HeatStep& s) const { return ramp(s.from_K, s.to_K, s.pressure_GPa); }
  Schedule operator()(const RampStep& s) const { return {steps, s.from_K, s.to_K, s.from_pressure_GPa, s.to_pressure_GPa}; }
  Schedule operator()(const DeformStep& s) const {
    return {steps, s.temperature_K, s.temperature_K, s.pressure_GPa, s.pressure_GPa, deformation_of(s.deformation), s.strain};
  }
  Schedule operator()(const SwapStep& s) const { return ramp(s.temperature_K, s.temperature_K, s.pressure_GPa); }
  Schedule operator()(const MeasureStep& s) const { return ramp(s.temperature_K.value_or(0.0), s.temperature_K.value_or(0.0), s.pressure_GPa); }
  Schedule operator()(const UnloadStep& s) const {
    Schedule schedule = ramp(s.temperature_K, s.temperature_K, s.pressure_GPa);
    schedule.released = {shears_released(s), 1.0 / (s.shear_modulus_GPa * s.relaxation_ps)};
    return schedule;
  }
  Schedule operator()(const DepositStep& s) const { return ramp(s.temperature_K, s.temperature_K, 0.0); }
  Schedule operator()(const MinimiseStep&) const { return without_time(); }
  Schedule operator()(const CutFilmStep&) const { return without_time(); }
  Schedule operator()(const RestoreStep&) const { return without_time(); }
  [[noreturn]] static Schedule without_time() { throw Error(ExitCode::internal, "internal error: a step in which no time passes has no schedule"); }
};

double linear(double from, double to, std::int64_t step, std::int64_t steps) {
  if (step >= steps) return to;
  return from + (to - from) * (static_cast<double>(step) / static_cast<double>(steps));
}

}  // namespace

double Schedule::temperature_K(std::int64_t step) const { return linear(from_K, to_K, step, steps); }
double Schedule::pressure_GPa(std::int64_t step) const { return linear(from_pressure_GPa, to_pressure_GPa, step, steps); }

double Schedule::strain(std::int64_t step) const { return linear(0.0, to_strain, step, steps); }

Targets Schedule::targets(std::int64_t step, double time_step_ps) const {
  const double P = pressure_GPa(step);
  Targets targets = deformation_targets(deformation, strain(step - 1), strain(step), time_step_ps);
  targets.temperature_K = temperature_K(step);
  targets.pressure_GPa = {{P, P, P}};
  return targets;
}

Targets Schedule::targets(std::int64_t step, double time_step_ps, const Mat3& pressure) const {
  Targets targets = this->targets(step, time_step_ps);
  constexpr double most = 0.01;  // within one time step, however large the stress
  for (std::size_t k = 0; k < released.shears.size(); ++k) {
    const Deformation& shear = released.shears[k];
    const double P_GPa = units::GPa_per_eV_A3 * pressure[shear.along][shear.across];
    targets.shears.at(k) = {shear.along, shear.across, std::clamp(released.rate_per_ps_GPa * P_GPa, -most / time_step_ps, most / time_step_ps)};
  }
  return targets;
}

Targets deformation_targets(const Deformation& deformation, double from_strain, double to_strain, double time_ps) {
  Targets targets;
  using Kind = Deformation::Kind;
  if (deformation.kind == Kind::none) return targets;
  if (deformation.kind == Kind::shear) {
    targets.shears[0] = {deformation.along, deformation.across, (to_strain - from_strain) / time_ps};
    return targets;
  }
  // Logarithms that add up to that of the whole strain.
  const double share = deformation.kind == Kind::volume ? 1.0 / 3.0 : 1.0;
  const double rate = share * (elementary::log(1.0 + to_strain) - elementary::log(1.0 + from_strain)) / time_ps;
  for (int d = 0; d < 3; ++d)
    if (deformation.axes[static_cast<std::size_t>(d)]) targets.strain_rate_per_ps[d] = rate;
  return targets;
}

Deformation deformation_of(const std::string& words) {
  Deformation found;
  if (words == no_deformation) return found;
  if (words == "volume") return {Deformation::Kind::volume, {true, true, true}};
  const std::size_t underscore = words.find('_');
  require(underscore != std::string::npos, "unknown deformation " + words);
  found.kind = words.starts_with("shear") ? Deformation::Kind::shear : Deformation::Kind::edges;
  for (std::size_t k = underscore + 1; k < words.size(); ++k) found.axes.at(static_cast<std::size_t>(words[k] - 'x')) = true;
  if (found.kind != Deformation::Kind::shear) return found;
  found.along = words[underscore + 1] - 'x';
  found.across = words[underscore + 2] - 'x';
  return found;
}

std::vector<Deformation> shears_released(const UnloadStep& step) {
  if (step.shear == no_deformation) return {};
  // Of a cell whose edge a lies along x and b in the plane of x and y these keep it so.
  if (step.shear == every_shear) return {deformation_of("shear_xy"), deformation_of("shear_xz"), deformation_of("shear_yz")};
  return {deformation_of("shear_" + step.shear)};
}

Deformation deformation_of(const StepConfig& step) {
  if (const auto* deform = std::get_if<DeformStep>(&step)) return deformation_of(deform->deformation);
  const auto* minimise = std::get_if<MinimiseStep>(&step);
  return minimise ? deformation_of(minimise->deformation) : Deformation{};
}

bool follows_wave_vectors(const ObserverConfig& observer) {
  return !std::holds_alternative<PairDistributionConfig>(observer) && !std::holds_alternative<TrajectoryConfig>(observer);
}

bool turns_cell(const StepConfig& step) {
  const auto& observers = observers_of(step);
  return deformation_of(step).kind == Deformation::Kind::shear && std::none_of(observers.begin(), observers.end(), follows_wave_vectors);
}

std::array<bool, 3> axes_beside(const Deformation& deformation) {
  std::array<bool, 3> axes = {true, true, true};
  if (deformation.kind == Deformation::Kind::edges || deformation.kind == Deformation::Kind::volume)
    for (std::size_t d = 0; d < 3; ++d) axes[d] = !deformation.axes[d];
  return axes;
}

std::string step_label(std::size_t index, const StepConfig& step) {
  return fmt::format("step{:02d}_{}", index, std::visit([](const auto& s) { return s.label.value_or(s.type_name); }, step));
}

double planned_steps(const StepConfig& step, double time_step_ps) {
  return std::visit(DurationOf{}, step) / time_step_ps;
}

Schedule make_schedule(const StepConfig& step, double time_step_ps) {
  const double steps = planned_steps(step, time_step_ps);
  require(steps <= max_steps_of_a_step, "a protocol step with more time steps than can be counted");
  return std::visit(ScheduleOf{std::max<std::int64_t>(1, std::llround(steps))}, step);
}

bool is_minimisation(const StepConfig& step) { return std::holds_alternative<MinimiseStep>(step); }

bool takes_time(const StepConfig& step) {
  return !is_minimisation(step) && !std::holds_alternative<CutFilmStep>(step) && !std::holds_alternative<RestoreStep>(step);
}

bool keeps_sample(const StepConfig& step) {
  return std::visit(
      [](const auto& s) {
        if constexpr (requires { s.keep; }) return s.keep;
        return false;
      },
      step);
}

const std::vector<ObserverConfig>& observers_of(const StepConfig& step) {
  static const std::vector<ObserverConfig> none;
  return std::visit(
      [](const auto& s) -> const std::vector<ObserverConfig>& {
        if constexpr (requires { s.observers; }) return s.observers;
        return none;
      },
      step);
}

double pressure_of(const StepConfig& step) {
  return std::visit(
      [](const auto& s) {
        if constexpr (requires { s.pressure_GPa; }) return s.pressure_GPa;
        else if constexpr (!requires { s.to_pressure_GPa; }) return 0.0;
        else return std::abs(s.to_pressure_GPa) > std::abs(s.from_pressure_GPa) ? s.to_pressure_GPa : s.from_pressure_GPa;
      },
      step);
}

ThermostatConfig thermostat_of(const DynamicsConfig& dynamics, const StepConfig& step) {
  if (const auto* deposit = std::get_if<DepositStep>(&step)) return {"langevin", deposit->relaxation_ps};
  return std::visit(
      [&](const auto& s) {
        if constexpr (requires { s.thermostat; }) return s.thermostat.value_or(dynamics.thermostat);
        return dynamics.thermostat;
      },
      step);
}

BarostatConfig barostat_of(const DynamicsConfig& dynamics, const StepConfig& step) {
  if (std::holds_alternative<DepositStep>(step)) return {"none"};
  return std::visit(
      [&](const auto& s) {
        if constexpr (requires { s.barostat; }) return s.barostat.value_or(dynamics.barostat);
        return dynamics.barostat;
      },
      step);
}

std::int64_t time_steps_before(const std::vector<StepConfig>& protocol, std::size_t index, double time_step_ps) {
  std::int64_t total = 0;
  for (std::size_t k = 0; k < index; ++k)
    if (takes_time(protocol[k])) total += make_schedule(protocol[k], time_step_ps).steps;
  return total;
}

}  // namespace patina
