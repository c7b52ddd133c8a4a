// SPDX-License-Identifier: BSD-3-Clause
#include "tests/reference_eam.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/mpi.hpp"
#include "md/potential_search.hpp"

namespace patina::test {

namespace {

double slope_at_sample(const std::vector<double>& f, int k) {
  const int n = static_cast<int>(f.size());
  if (k == 0) return f[1] - f[0];
  if (k == n - 1) return f[n - 1] - f[n - 2];
  if (k == 1 || k == n - 2) return (f[k + 1] - f[k - 1]) / 2.0;
  return (f[k - 2] - 8.0 * f[k - 1] + 8.0 * f[k + 1] - f[k + 2]) / 12.0;
}

// Calls visit(i, j, r_j - r_i, r) for every ordered pair, images of an atom with itself included.
template <class Visit>
void for_all_pairs(const Box& box, const std::vector<Vec3>& position, double cutoff, const Visit& visit) {
  const int atoms = static_cast<int>(position.size());
  std::vector<Vec3> fractional;
  for (const auto& r : position) fractional.push_back(box.to_fractional(r));
  // |s| <= 1/2 after wrapping: beyond this many cells even the nearest point is out of reach.
  int images[3];
  for (int d = 0; d < 3; ++d)
    images[d] = box.periodic(d) ? static_cast<int>(cutoff / box.height(d) + 0.5) : 0;
  for (int i = 0; i < atoms; ++i)
    for (int j = 0; j < atoms; ++j) {
      Vec3 s = fractional[j] - fractional[i];
      for (int d = 0; d < 3; ++d)
        if (box.periodic(d)) s[d] -= std::round(s[d]);
      for (int a = -images[0]; a <= images[0]; ++a)
        for (int b = -images[1]; b <= images[1]; ++b)
          for (int c = -images[2]; c <= images[2]; ++c) {
            if (i == j && a == 0 && b == 0 && c == 0) continue;
            const Vec3 difference = (s + Vec3{{double(a), double(b), double(c)}}) * box.edges();
            const double r_sq = dot(difference, difference);
            if (r_sq < cutoff * cutoff) visit(i, j, difference, std::sqrt(r_sq));
          }
    }
}

}  // namespace

ValueSlope reference_interpolate(const std::vector<double>& f, double step, double x) {
  const int last_cell = static_cast<int>(f.size()) - 2;
  const int k = std::clamp(static_cast<int>(x / step), 0, last_cell);
  const double p = std::min(x / step - k, 1.0);
  // Hermite basis functions.
  const double q = 1.0 - p;
  const double s0 = slope_at_sample(f, k), s1 = slope_at_sample(f, k + 1);
  ValueSlope result;
  result.value =
      f[k] * (1.0 + 2.0 * p) * q * q + s0 * p * q * q + f[k + 1] * p * p * (3.0 - 2.0 * p) - s1 * p * p * q;
  result.slope =
      (6.0 * p * q * (f[k + 1] - f[k]) + s0 * q * (1.0 - 3.0 * p) + s1 * p * (3.0 * p - 2.0)) / step;
  return result;
}

ValueSlope reference_embedding(const EamFunctions& functions, int type, double rho) {
  ValueSlope f = reference_interpolate(functions.embedding[type], functions.rho_step, rho);
  if (rho > functions.rho_max) f.value += f.slope * (rho - functions.rho_max);
  return f;
}

EamReference reference_eam(const EamFunctions& functions, const Box& box, const std::vector<Vec3>& position,
                           const std::vector<int>& type) {
  const std::size_t atoms = position.size();
  EamReference result;
  result.force.resize(atoms);
  result.atom_energy.resize(atoms);
  result.density.resize(atoms);
  const double step = functions.r_step;
  for_all_pairs(box, position, functions.cutoff, [&](int i, int j, const Vec3&, double r) {
    result.density[i] += reference_interpolate(functions.density[type[j]][type[i]], step, r).value;
  });
  std::vector<double> embedding_slope(atoms);
  for (std::size_t i = 0; i < atoms; ++i) {
    const ValueSlope f = reference_embedding(functions, type[i], result.density[i]);
    embedding_slope[i] = f.slope;
    result.atom_energy[i] = f.value;
    result.embedding_energy += f.value;
  }
  for_all_pairs(box, position, functions.cutoff, [&](int i, int j, const Vec3& d, double r) {
    const int s = type[i], t = type[j];
    const ValueSlope r_phi = reference_interpolate(functions.r_phi[s][t], step, r);
    const double phi = r_phi.value / r;
    const double dE_dr = (r_phi.slope - phi) / r +
                         embedding_slope[i] * reference_interpolate(functions.density[t][s], step, r).slope +
                         embedding_slope[j] * reference_interpolate(functions.density[s][t], step, r).slope;
    result.atom_energy[i] += 0.5 * phi;
    result.pair_energy += 0.5 * phi;
    for (int a = 0; a < 3; ++a) {
      result.force[i][a] += dE_dr * d[a] / r;
      for (int b = 0; b < 3; ++b) result.virial[a][b] -= 0.5 * dE_dr * d[a] * d[b] / r;
    }
  });
  result.energy = result.pair_energy + result.embedding_energy;
  return result;
}

std::string test_potential(const std::string& name) {
  try {
    return find_potential(Comm::world(), name, "");
  } catch (const Error& error) {
    throw Error(ExitCode::missing_input,
                std::string(error.what()) + "\nThe tests need this table: run scripts/setup first.");
  }
}

}  // namespace patina::test
