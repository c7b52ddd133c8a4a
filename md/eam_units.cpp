// SPDX-License-Identifier: BSD-3-Clause
// 64 bits hold the sum of 2^5 pairs at their worst. The bounds per pair, in eV and Angstrom:
//   |phi| < 2^12,   |phi'| < 2^14,   2 |F'| |rho'| < 2^16,   |rho| < 2^10 rho_max,   |rho'| < 2^8 rho_max
// and, nearer than 1 A, where no metal holds, |phi'| + 2 |F'| |rho'| < 2^14, for a finer unit of forces. The nearest distance from which all of them hold is `closest`; closer pairs are taken to stand there and reported. |F'|
// may be larger only at densities that no sound sample reaches; it is cut at `steepest_embedding` and reported too.
#include "md/eam_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "md/eam_cells.hpp"

namespace patina {

namespace {

constexpr double most_energy = 1 << 12, most_force = 1 << 14, most_embedding_force = 1 << 16;
constexpr double most_density = 1 << 10, most_density_slope = 1 << 8;  // times rho_max, and per Angstrom
constexpr double most_embedding = 1e20;                                // eV: beyond, 128-bit sums overflow

// Largest |f| and |f'| of a cell, p from 0 to 1; f' per grid step. Not at its ends only: where F ~ -sqrt(rho), the first cell of setfl
// splines is up to a third steeper within.
struct CellBound {
  double value = 0.0, slope = 0.0;
};
CellBound bound_of(const EamCell& c) {
  CellBound bound;
  const auto value_at = [&](double p) {
    if (p > 0.0 && p < 1.0) bound.value = std::max(bound.value, std::abs(((c[3] * p + c[2]) * p + c[1]) * p + c[0]));
  };
  const double end = c[0] + c[1] + c[2] + c[3], end_slope = c[1] + 2.0 * c[2] + 3.0 * c[3];
  bound = {std::max(std::abs(c[0]), std::abs(end)), std::max(std::abs(c[1]), std::abs(end_slope))};
  const double steepest_at = -c[2] / (3.0 * c[3]);
  if (steepest_at > 0.0 && steepest_at < 1.0)
    bound.slope = std::max(bound.slope, std::abs((3.0 * c[3] * steepest_at + 2.0 * c[2]) * steepest_at + c[1]));
  const double under_root = c[2] * c[2] - 3.0 * c[3] * c[1];
  if (under_root >= 0.0) {  // both roots of f' = 0; of a parabola the second
    const double q = -(c[2] + std::copysign(std::sqrt(under_root), c[2]));
    value_at(q / (3.0 * c[3]));
    value_at(c[1] / q);
  }
  return bound;
}

// The largest sample of those that shape cell m: a lone one bends the slopes of the cells beside it.
std::size_t outlier(const std::vector<double>& samples, std::size_t m) {
  const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(m < 2 ? 0 : m - 2);
  const auto end = samples.begin() + static_cast<std::ptrdiff_t>(std::min(m + 4, samples.size()));
  const auto worst = std::max_element(begin, end, [](double a, double b) { return std::abs(a) < std::abs(b); });
  return static_cast<std::size_t>(worst - samples.begin());
}

int exponent(double x) {
  int e = 0;
  if (x > 0.0) std::frexp(x, &e);
  return e;
}

// Of one pair of types, at the distances of one cell.
struct PairBound {
  double energy = 0.0, force = 0.0, density = 0.0, density_slope = 0.0;

  void include(const PairBound& other) {
    energy = std::max(energy, other.energy);
    force = std::max(force, other.force);
    density = std::max(density, other.density);
    density_slope = std::max(density_slope, other.density_slope);
  }
};

class UnitChoice {
 public:
  explicit UnitChoice(const EamFunctions& f) : f_(f), types_(f.species.size()) {
    for (std::size_t s = 0; s < types_; ++s)
      for (std::size_t t = 0; t < types_; ++t) {
        density_.push_back(hermite_cells(f.density[s][t]));
        r_phi_.push_back(hermite_cells(f.r_phi[s][t]));
      }
    // Distances below the cutoff reach no cell beyond this one.
    const double last = std::floor(std::min(f.cutoff / f.r_step, f.r_points - 2.0));
    last_cell_ = static_cast<std::size_t>(last);
  }

  EamUnits choose() {
    EamUnits units;
    units.steepest_embedding = steepest_embedding();
    PairBound all;
    std::size_t m = last_cell_;
    for (; m >= 1; --m) {
      const PairBound bound = bound_at(m);
      if (!fits(bound, 2.0 * units.steepest_embedding * bound.density_slope, m)) break;
      all.include(bound);
    }
    units.closest = static_cast<double>(m + 1) * f_.r_step;
    if (units.closest > nearest_in_use) refuse(m);
    units.force_bits =
        std::min(44, 58 - exponent(all.force + 2.0 * units.steepest_embedding * all.density_slope));
    units.energy_bits = std::min(44, 56 - exponent(all.energy));
    // Densities have no unit of their own. 2^50 of it for a pair: the fewest steps where vectors have no conversion.
    units.density_bits = std::clamp(50 - exponent(all.density), 0, 60);
    units.mixed_density_bits = std::clamp(30 - exponent(all.density), 0, 60);
    return units;
  }

 private:
  bool fits(const PairBound& b, double embedding_force, std::size_t m) const {
    const bool near = static_cast<double>(m) * f_.r_step < nearest_of_metals;
    return b.energy <= most_energy && b.force <= most_force &&
           embedding_force <= (near ? most_force - b.force : most_embedding_force) &&
           b.density <= most_density * f_.rho_max && b.density_slope <= most_density_slope * f_.rho_max;
  }

  PairBound bound_at(std::size_t pair, std::size_t m) const {
    const double r = static_cast<double>(m) * f_.r_step;
    const CellBound rho = bound_of(density_[pair][m]), r_phi = bound_of(r_phi_[pair][m]);
    const double phi = r_phi.value / r;
    return {phi, (r_phi.slope / f_.r_step + phi) / r, rho.value, rho.slope / f_.r_step};
  }
  PairBound bound_at(std::size_t m) const {
    PairBound largest;
    for (std::size_t pair = 0; pair < types_ * types_; ++pair) largest.include(bound_at(pair, m));
    return largest;
  }

  // What F' may be so that pairs farther apart than `nearest_of_metals` never exceed the largest force.
  double steepest_embedding() const {
    double largest = 0.0;
    for (std::size_t t = 0; t < types_; ++t) {
      const auto cells = hermite_cells(f_.embedding[t]);
      for (std::size_t k = 0; k < cells.size(); ++k) {
        const CellBound bound = bound_of(cells[k]);
        const double slope = bound.slope / f_.rho_step;
        if (!(bound.value <= most_embedding && slope * f_.rho_max <= most_embedding)) {
          const std::size_t at = outlier(f_.embedding[t], k);
          throw Error(ExitCode::bad_input,
                      fmt::format("{}: F of {} is {:g} eV at density {:.6g}; at most {:g} eV can be summed", f_.file,
                                  f_.species[t], f_.embedding[t][at], static_cast<double>(at) * f_.rho_step,
                                  most_embedding));
        }
        largest = std::max(largest, slope);
      }
    }
    double density_slope = 0.0;
    for (std::size_t m = last_cell_; m >= 1 && static_cast<double>(m) * f_.r_step >= nearest_of_metals; --m)
      density_slope = std::max(density_slope, bound_at(m).density_slope);
    // A slope of rho beyond its own bound is refused later, by its name.
    density_slope = std::min(density_slope, most_density_slope * f_.rho_max);
    // F' of the table itself never reaches it, in single precision neither.
    return std::min(largest * (1.0 + 1e-6), 0.499 * most_embedding_force / std::max(density_slope, 1e-300));
  }

  // Cell m is too far away for what its pairs do.
  [[noreturn]] void refuse(std::size_t m) const {
    for (std::size_t pair = 0; pair < types_ * types_; ++pair) {
      const PairBound b = bound_at(pair, m);
      const std::string& s = f_.species[pair / types_];
      const std::string& t = f_.species[pair % types_];
      if (b.energy > most_energy || b.force > most_force)
        refuse(m, fmt::format("r phi of {}-{}", s, t), f_.r_phi[pair / types_][pair % types_], "eV A",
               fmt::format("pairs at {} A and more may have energies up to {:g} eV and forces up to {:g} eV/A",
                           nearest_in_use, most_energy, most_force));
      if (b.density > most_density * f_.rho_max || b.density_slope > most_density_slope * f_.rho_max)
        refuse(m, fmt::format("rho of {} at {}", s, t), f_.density[pair / types_][pair % types_], "",
               fmt::format("pairs at {} A and more may have densities up to {:g} and slopes up to {:g} per A, {:g} and "
                           "{:g} times the end of the embedding table",
                           nearest_in_use, most_density * f_.rho_max, most_density_slope * f_.rho_max, most_density,
                           most_density_slope));
    }
    require(false, "choose_eam_units: no table is out of its bounds");
    throw Error(ExitCode::internal, f_.file);
  }
  [[noreturn]] void refuse(std::size_t m, const std::string& table, const std::vector<double>& samples,
                           const char* unit, const std::string& allowed) const {
    const std::size_t worst = outlier(samples, m);
    throw Error(ExitCode::bad_input,
                fmt::format("{}: {} is {:g} {}{}at r = {:.6g} A, or jumps there; {}", f_.file, table, samples[worst],
                            unit, *unit ? " " : "", static_cast<double>(worst) * f_.r_step, allowed));
  }

  const EamFunctions& f_;
  std::size_t types_;
  std::size_t last_cell_ = 0;
  std::vector<std::vector<EamCell>> density_, r_phi_;  // [s * types + t]
};

}  // namespace

EamUnits choose_eam_units(const EamFunctions& functions) { return UnitChoice(functions).choose(); }

}  // namespace patina
