// SPDX-License-Identifier: BSD-3-Clause
#include "md/barostat.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "core/rng.hpp"
#include "core/units.hpp"
#include "md/kinetic.hpp"

namespace patina {

namespace {

int count_of(const std::array<bool, 3>& axes) { return axes[0] + axes[1] + axes[2]; }

Vec3 excess_pressure(const CellState& cell, const Targets& targets) {
  return cell.pressure - (1.0 / units::GPa_per_eV_A3) * targets.pressure_GPa;
}

double sum(const Vec3& a) { return a[0] + a[1] + a[2]; }

// Not a number counts as too much. All ranks hold the same rate, so all throw or none.
void require_gentle(const Vec3& rate, double time_step_ps, std::int64_t step) {
  // Loose: stochastic rescaling of a gas of six atoms strains its cell by up to 0.2 in a step.
  constexpr double most = 0.5;
  for (int d = 0; d < 3; ++d)
    if (!(std::abs(rate[d]) * time_step_ps <= most))
      throw Error(ExitCode::unstable,
                  fmt::format("step {}: the barostat would strain the cell by {:.3g} along {} in one time step (at most {} "
                              "is allowed): the sample is exploding. Try a shorter time step than {:.6g} fs, or a longer "
                              "relaxation_ps of the barostat",
                              step, rate[d] * time_step_ps, "xyz"[d], most, 1000.0 * time_step_ps));
}

class MtkBarostat final : public Barostat {
 public:
  MtkBarostat(const BarostatSpec& spec, double degrees_of_freedom, double time_step_ps)
      : spec_(spec),
        degrees_of_freedom_(degrees_of_freedom),
        time_step_ps_(time_step_ps),
        chain_(spec.chain_length, cell_degrees_of_freedom(spec), spec.relaxation_ps) {}

  void first_half(const CellState& cell, const Targets& targets, std::int64_t step) override {
    set_mass(targets.temperature_K);
    turn_chain(targets);
    push(cell, targets);
    require_gentle(rate_, time_step_ps_, step);
  }

  void second_half(const CellState& cell, const Targets& targets) override {
    count_work(cell, targets);
    push(cell, targets);
    turn_chain(targets);
  }

  Vec3 damping() const override {
    const double trace_part = sum(rate_) / degrees_of_freedom_;
    Vec3 damping = rate_;
    for (int d = 0; d < 3; ++d) damping[d] += trace_part;
    return damping;
  }

  double energy() const override { return 0.5 * twice_kinetic() + chain_.energy() + work_; }

  void save(StateMap& state) const override {
    state["barostat/mtk"] = {rate_[0], rate_[1], rate_[2], mass_, work_};
    chain_.save(state, "barostat/chain");
  }
  void load(const StateMap& state) override {
    const auto& numbers = state_of(state, "barostat/mtk", 5);
    rate_ = {{numbers[0], numbers[1], numbers[2]}};
    mass_ = numbers[3];
    work_ = numbers[4];
    chain_.load(state, "barostat/chain");
  }

 private:
  static double cell_degrees_of_freedom(const BarostatSpec& spec) {
    return spec.coupling == CellCoupling::isotropic ? 1.0 : count_of(spec.axes);
  }

  double twice_kinetic() const { return mass_ * dot(rate_, rate_); }

  // The energy is continuous when a ramp of the temperature changes the mass.
  void set_mass(double temperature_K) {
    const double before = twice_kinetic();
    const double axes = count_of(spec_.axes);
    mass_ = (degrees_of_freedom_ + axes) / axes * thermal_energy(temperature_K) * spec_.relaxation_ps *
            spec_.relaxation_ps;
    work_ += 0.5 * (before - twice_kinetic());
  }

  void turn_chain(const Targets& targets) {
    rate_ = chain_.act(twice_kinetic(), targets.temperature_K, 0.5 * time_step_ps_) * rate_;
  }

  void push(const CellState& cell, const Targets& targets) {
    Vec3 drive = cell.volume * excess_pressure(cell, targets);
    for (int d = 0; d < 3; ++d) drive[d] += cell.twice_kinetic / degrees_of_freedom_;
    rate_ = rate_ + (0.5 * time_step_ps_ / mass_) * coupled_axes(spec_.coupling, spec_.axes, drive);
  }

  // Work against the imposed pressure along the barostat's strain of this step, over the volumes that the cell goes through: exactly
  // P (V' - V) for a hydrostatic one.
  void count_work(const CellState& cell, const Targets& targets) {
    const double strain = time_step_ps_ * (sum(rate_) + sum(targets.strain_rate_per_ps));
    const double mean_volume =
        std::abs(strain) > 0.0 ? cell.volume * -elementary::expm1(-strain) / strain : cell.volume;
    work_ += mean_volume * time_step_ps_ * dot(targets.pressure_GPa, rate_) / units::GPa_per_eV_A3;
  }

  BarostatSpec spec_;
  double degrees_of_freedom_;
  double time_step_ps_;
  NoseHooverChain chain_;
  double mass_ = 0.0;  // eV ps^2
  double work_ = 0.0;  // eV
};

class CellRescaling final : public Barostat {
 public:
  CellRescaling(const BarostatSpec& spec, double time_step_ps, std::uint64_t seed)
      : spec_(spec), time_step_ps_(time_step_ps), seed_(seed) {}

  void first_half(const CellState& cell, const Targets& targets, std::int64_t step) override {
    const double axes = count_of(spec_.axes);
    const double mobility =
        spec_.compressibility_per_GPa * units::GPa_per_eV_A3 / (axes * spec_.relaxation_ps);
    const double noise =
        std::sqrt(2.0 * thermal_energy(targets.temperature_K) * mobility / (cell.volume * time_step_ps_));
    const Vec3 drift = mobility * coupled_axes(spec_.coupling, spec_.axes, excess_pressure(cell, targets));
    for (int d = 0; d < 3; ++d) rate_[d] = spec_.axes[d] ? drift[d] + noise * random_number(step, d) : 0.0;
    require_gentle(rate_, time_step_ps_, step);
    stress_ = cell.volume * cell.pressure;
  }

  // The strain of this step took dE = -sum_a V P_aa rate_a dt from the reservoir, by the trapezoidal rule.
  void second_half(const CellState& cell, const Targets&) override {
    energy_ += 0.5 * time_step_ps_ * dot(stress_ + cell.volume * cell.pressure, rate_);
  }

  Vec3 damping() const override { return rate_; }
  double energy() const override { return energy_; }
  void save(StateMap& state) const override { state["barostat/cell_rescaling"] = {energy_}; }
  void load(const StateMap& state) override { energy_ = state_of(state, "barostat/cell_rescaling", 1)[0]; }

 private:
  // Isotropic: one number for all axes, smaller by the root of their count since their strains add up.
  double random_number(std::int64_t step, int axis) const {
    const bool one = spec_.coupling == CellCoupling::isotropic;
    const auto block = random_block(seed_, Stream::cell_rescaling, static_cast<std::uint64_t>(step), 0,
                                    one ? 0u : static_cast<std::uint32_t>(axis));
    return block.normal(0) / (one ? std::sqrt(count_of(spec_.axes)) : 1.0);
  }

  BarostatSpec spec_;
  double time_step_ps_;
  std::uint64_t seed_;
  Vec3 stress_;  // V P_aa at the start of the step, eV
  double energy_ = 0.0;
};

void require_positive(const char* name, double value, double least, const char* unit) {
  if (!(value > 0.0) || !std::isfinite(value) || value < least)
    throw Error(ExitCode::bad_input,
                fmt::format("barostat {} is {}; it must be above {} {}", name, value, least, unit));
}

}  // namespace

Vec3 coupled_axes(CellCoupling coupling, const std::array<bool, 3>& axes, const Vec3& drive) {
  double mean = 0.0;
  for (int d = 0; d < 3; ++d) mean += axes[d] ? drive[d] / count_of(axes) : 0.0;
  Vec3 result;
  for (int d = 0; d < 3; ++d)
    if (axes[d]) result[d] = coupling == CellCoupling::isotropic ? mean : drive[d];
  return result;
}

void require_periodic(const std::array<bool, 3>& axes, const Box& box) {
  if (count_of(axes) == 0)
    throw Error(ExitCode::bad_input, "a barostat needs at least one axis that may strain");
  for (int d = 0; d < 3; ++d)
    if (axes[d] && !box.periodic(d))
      throw Error(
          ExitCode::bad_input,
          fmt::format("axis {} is free: no pressure can be imposed on it; leave it out of the axes that "
                      "may strain",
                      "xyz"[d]));
}

std::unique_ptr<Barostat> make_barostat(const BarostatSpec& spec, const Box& box, double degrees_of_freedom,
                                        double time_step_ps, std::uint64_t seed) {
  if (spec.kind == BarostatKind::none) return nullptr;
  require_periodic(spec.axes, box);
  if (spec.kind == BarostatKind::mtk) {
    require_positive("relaxation_ps", spec.relaxation_ps, 10.0 * time_step_ps, "ps, ten time steps");
    return std::make_unique<MtkBarostat>(spec, degrees_of_freedom, time_step_ps);
  }
  require_positive("relaxation_ps", spec.relaxation_ps, 0.0, "ps");
  require_positive("compressibility_per_GPa", spec.compressibility_per_GPa, 0.0, "1/GPa");
  return std::make_unique<CellRescaling>(spec, time_step_ps, seed);
}

}  // namespace patina
