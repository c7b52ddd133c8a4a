// SPDX-License-Identifier: BSD-3-Clause
// Values v_k and slopes s_k at the points of the grid minimise, over the samples f_j within it,
//   sum_j (v_k h00(p_j) + s_k h10(p_j) + v_{k+1} h01(p_j) + s_{k+1} h11(p_j) - f_j)^2,
// h the cubic Hermite polynomials: normal equations of half width 3, solved by Cholesky's method. Where the file's function
// vanishes before its table ends, the last point has value and slope zero and does not lie beyond.
#include "md/smooth_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "md/eam_units.hpp"

namespace patina {

namespace {

constexpr double coarsest_step = 0.1 / 4;  // Angstrom
constexpr int least_samples_per_cell = 4;
constexpr double value_tolerance = 1e-6;          // eV, and of the largest rho
constexpr double slope_tolerance = 1e-5;          // of the slope itself; eV/A
constexpr double density_slope_tolerance = 1e-6;  // of the steepest
constexpr double rounding = 1e-9;                 // of a grid step
constexpr double distances_per_cell = 8.0;        // of the file's, where deviations are looked for

// Symmetric positive definite, of half width 3: band[i][d] = A(i, i - d).
using BandRow = std::array<double, 4>;

// Solves A x = y in place of y.
void solve_banded(std::vector<BandRow>& band, std::vector<double>& y) {
  const std::size_t n = y.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t d = std::min<std::size_t>(i, 3) + 1; d-- > 0;) {
      const std::size_t j = i - d;
      double sum = band[i][d];
      for (std::size_t k = i - std::min<std::size_t>(i, 3); k < j; ++k) sum -= band[i][i - k] * band[j][j - k];
      band[i][d] = d == 0 ? std::sqrt(sum) : sum / band[j][0];
    }
    for (std::size_t d = 1; d <= std::min<std::size_t>(i, 3); ++d) y[i] -= band[i][d] * y[i - d];
    y[i] /= band[i][0];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t d = 1; d <= 3 && i + d < n; ++d) y[i] -= band[i + d][d] * y[i + d];
    y[i] /= band[i][0];
  }
}

// The samples of one function that count, and the points of the grid between which they stand.
struct Span {
  int first = 0, last = 0;    // points
  double from = 0.0, to = 0.0;  // samples, Angstrom
  bool vanishes = false;      // before the table ends
};

Span span_of(const EamFunctions& f, const std::vector<double>& samples, double closest, double step) {
  const auto cells = hermite_cells(samples);
  const int used = cells_in_use(cells);
  const double zero_from = used * f.r_step, cutoff = std::min(f.cutoff, (f.r_points - 1) * f.r_step);
  Span span;
  // Slopes reach two samples beyond the last one that is not zero.
  span.vanishes = used < static_cast<int>(cells.size()) && zero_from <= cutoff + 3.0 * f.r_step;
  span.from = closest;
  span.to = span.vanishes ? std::min(zero_from, cutoff) : cutoff;
  // A cell that samples fill by half is determined by them.
  span.first = static_cast<int>(std::lround(span.from / step));
  span.last = static_cast<int>(span.vanishes ? std::floor(span.to / step + rounding) : std::round(span.to / step));
  return span;
}

// Values and slopes (per cell) at the points of a span, by turns.
std::vector<double> fit(const std::vector<double>& samples, double file_step, double step, const Span& span) {
  std::vector<double> y(2 * static_cast<std::size_t>(span.last - span.first + 1), 0.0);
  std::vector<BandRow> band(y.size(), BandRow{});
  const double begin = std::max(span.from, span.first * step), end = std::min(span.to, span.last * step);
  for (auto j = static_cast<std::size_t>(std::ceil(begin / file_step - rounding)); j < samples.size(); ++j) {
    const double r = static_cast<double>(j) * file_step;
    if (r > end + rounding * step) break;
    const double x = std::max(r / step - span.first, 0.0);
    const int m = std::min(static_cast<int>(x), span.last - span.first - 1);
    const double p = x - m, q = 1.0 - p;
    const double h[4] = {q * q * (1.0 + 2.0 * p), p * q * q, p * p * (1.0 + 2.0 * q), -p * p * q};
    for (std::size_t a = 0; a < 4; ++a) {
      const std::size_t row = 2 * static_cast<std::size_t>(m) + a;
      y[row] += h[a] * samples[j];
      for (std::size_t b = 0; b <= a; ++b) band[row][a - b] += h[a] * h[b];
    }
  }
  if (span.vanishes) {
    y.resize(y.size() - 2);
    band.resize(y.size());
  }
  solve_banded(band, y);
  if (span.vanishes) y.resize(y.size() + 2, 0.0);
  return y;
}

// The same cubic from `cells` farther on.
EamCell continued(const EamCell& c, double cells) {
  return {((c[3] * cells + c[2]) * cells + c[1]) * cells + c[0], (3.0 * c[3] * cells + 2.0 * c[2]) * cells + c[1],
          3.0 * c[3] * cells + c[2], c[3]};
}

// Cells before `closest` are never asked for, but for the last of them by rounding; they stay zeros.
std::vector<EamCell> smooth_function(const EamFunctions& f, const std::vector<double>& samples, double closest, double step,
                                     int count) {
  std::vector<EamCell> cells(static_cast<std::size_t>(count), EamCell{});
  const Span span = span_of(f, samples, closest, step);
  if (span.last - span.first < 2) return cells;
  const auto y = fit(samples, f.r_step, step, span);
  const auto at = [&](int m) -> EamCell& { return cells[static_cast<std::size_t>(m)]; };
  for (int m = span.first; m < std::min(span.last, count); ++m) {
    const double* v = &y[2 * static_cast<std::size_t>(m - span.first)];
    at(m) = hermite_cell(v[0], v[1], v[2], v[3]);
  }
  if (span.first > 0) at(span.first - 1) = continued(at(span.first), -1.0);
  if (!span.vanishes && span.last < count) at(span.last) = continued(at(span.last - 1), 1.0);
  return cells;
}

// What samples leave open of the slope near sample k: the largest fourth difference of those around it, per step.
std::vector<double> roughness(const std::vector<double>& f, double step) {
  constexpr std::size_t reach = 3;
  std::vector<double> fourth(f.size(), 0.0), largest(f.size(), 0.0);
  for (std::size_t k = 2; k + 2 < f.size(); ++k)
    fourth[k] = std::abs((f[k - 2] + f[k + 2]) - 4.0 * (f[k - 1] + f[k + 1]) + 6.0 * f[k]) / step;
  for (std::size_t k = 0; k < f.size(); ++k)
    for (std::size_t j = k - std::min(k, reach); j < std::min(k + reach + 1, f.size()); ++j)
      largest[k] = std::max(largest[k], fourth[j]);
  return largest;
}

struct PairPoint {
  double value, slope;
};
PairPoint phi_of(const ValueSlope& r_phi, double r) {
  const double phi = r_phi.value / r;
  return {phi, (r_phi.slope - phi) / r};
}

class Comparison {
 public:
  Comparison(const EamFunctions& f, const RadialCells& cells)
      : f_(f), cells_(cells), file_(cells_of_file(f)), closest_(choose_eam_units(f).closest) {
    result_.step_A = cells.step;
    result_.file_step_A = f.r_step;
    result_.from_A = std::max(nearest_in_use, closest_);
  }

  TableDeviation compare() {
    const int types = static_cast<int>(f_.species.size());
    for (int s = 0; s < types; ++s)
      for (int t = 0; t < types; ++t) {
        compare_density(s, t);
        if (t >= s) compare_phi(s, t);
      }
    result_.phi_slope_rms_eV_per_A = std::sqrt(slope_sq_ / std::max(1.0, points_));
    return result_;
  }

 private:
  template <class Visit>
  void each_distance(double from, const Visit& visit) const {
    const auto sample_at = [&](double r) {
      return std::min(static_cast<std::size_t>(r / f_.r_step), static_cast<std::size_t>(f_.r_points - 1));
    };
    visit(from, sample_at(from));
    for (const double step : {f_.r_step / distances_per_cell, cells_.step})
      for (double k = std::ceil(from / step); k * step < f_.cutoff; k += 1.0) visit(k * step, sample_at(k * step));
  }

  static void keep(Deviation& largest, double size, int s, int t, double r) {
    if (!(size <= largest.size)) largest = {size, s, t, r};
  }

  void compare_phi(int s, int t) {
    const auto pair = static_cast<std::size_t>(s) * f_.species.size() + static_cast<std::size_t>(t);
    const auto rough = roughness(f_.r_phi[static_cast<std::size_t>(s)][static_cast<std::size_t>(t)], f_.r_step);
    each_distance(closest_, [&](double r, std::size_t sample) {
      const PairPoint file = phi_of(interpolate(file_.r_phi[pair], file_.step, r), r);
      const PairPoint mine = phi_of(interpolate(cells_.r_phi[pair], cells_.step, r), r);
      const double value = std::abs(mine.value - file.value);
      const double slope = std::abs(mine.slope - file.slope);
      if (r < result_.from_A) return keep(result_.nearer_phi_slope_eV_per_A, slope, s, t, r);
      keep(result_.phi_eV, value, s, t, r);
      keep(result_.phi_slope_eV_per_A, slope, s, t, r);
      slope_sq_ += slope * slope;
      points_ += 1.0;
      result_.within_tolerance &= value <= value_tolerance * (1.0 + std::abs(file.value)) &&
                                  slope <= slope_tolerance * (1.0 + std::abs(file.slope)) + rough[sample] / r;
    });
  }

  void compare_density(int s, int t) {
    const auto pair = static_cast<std::size_t>(s) * f_.species.size() + static_cast<std::size_t>(t);
    const auto rough = roughness(f_.density[static_cast<std::size_t>(s)][static_cast<std::size_t>(t)], f_.r_step);
    double largest = 0.0, steepest = 0.0;
    each_distance(result_.from_A, [&](double r, std::size_t) {
      const ValueSlope file = interpolate(file_.density[pair], file_.step, r);
      largest = std::max(largest, std::abs(file.value));
      steepest = std::max(steepest, std::abs(file.slope));
    });
    if (largest == 0.0) return;
    each_distance(result_.from_A, [&](double r, std::size_t sample) {
      const ValueSlope file = interpolate(file_.density[pair], file_.step, r);
      const ValueSlope mine = interpolate(cells_.density[pair], cells_.step, r);
      const double value = std::abs(mine.value - file.value), slope = std::abs(mine.slope - file.slope);
      keep(result_.rho, value / largest, s, t, r);
      keep(result_.rho_slope, slope / steepest, s, t, r);
      result_.within_tolerance &=
          value <= value_tolerance * largest &&
          slope <= slope_tolerance * std::abs(file.slope) + density_slope_tolerance * steepest + rough[sample];
    });
  }

  const EamFunctions& f_;
  const RadialCells& cells_;
  RadialCells file_;
  double closest_;
  TableDeviation result_;
  double slope_sq_ = 0.0, points_ = 0.0;
};

std::string place(const Deviation& d, const std::vector<std::string>& species) {
  const auto name = [&](int type) { return species[static_cast<std::size_t>(type)]; };
  return fmt::format("{}-{} at {:.4f} A", name(d.s), name(d.t), d.r_A);
}

}  // namespace

RadialCells smooth_cells(const EamFunctions& functions, double step) {
  const double closest = choose_eam_units(functions).closest;
  const int count = std::max(1, static_cast<int>(std::ceil(functions.cutoff / step - rounding)));
  RadialCells cells;
  cells.step = step;
  for (std::size_t s = 0; s < functions.species.size(); ++s)
    for (std::size_t t = 0; t < functions.species.size(); ++t) {
      cells.density.push_back(smooth_function(functions, functions.density[s][t], closest, step, count));
      cells.r_phi.push_back(smooth_function(functions, functions.r_phi[s][t], closest, step, count));
    }
  return cells;
}

TableDeviation deviation_from_file(const EamFunctions& functions, const RadialCells& cells) {
  return Comparison(functions, cells).compare();
}

SmoothTables make_smooth_tables(const EamFunctions& functions) {
  for (double step = coarsest_step; step >= least_samples_per_cell * functions.r_step; step *= 0.5) {
    const RadialCells cells = smooth_cells(functions, step);
    const TableDeviation deviation = deviation_from_file(functions, cells);
    if (deviation.within_tolerance) return {make_eam_tables(functions, cells), deviation};
  }
  TableDeviation none;
  none.step_A = none.file_step_A = functions.r_step;
  none.from_A = nearest_in_use;
  return {make_eam_tables(functions), none};
}

std::string describe(const TableDeviation& d, const std::vector<std::string>& species) {
  if (d.step_A == d.file_step_A)
    return fmt::format("smooth tables: the file's own, a point each {:.4g} A: no coarser grid keeps its functions", d.step_A);
  return fmt::format(
      "smooth tables: a point each {:.4g} A, in the file each {:.4g} A. From {:.3g} A on they differ from the file's by at "
      "most {:.1e} eV in phi ({}), {:.1e} eV/A in phi' ({}; root mean square {:.1e}), {:.1e} of the largest rho ({}), {:.1e} of the "
      "steepest ({}); nearer by at most {:.1e} eV/A in phi' ({})",
      d.step_A, d.file_step_A, d.from_A, d.phi_eV.size, place(d.phi_eV, species), d.phi_slope_eV_per_A.size,
      place(d.phi_slope_eV_per_A, species), d.phi_slope_rms_eV_per_A, d.rho.size, place(d.rho, species), d.rho_slope.size,
      place(d.rho_slope, species), d.nearer_phi_slope_eV_per_A.size, place(d.nearer_phi_slope_eV_per_A, species));
}

}  // namespace patina
