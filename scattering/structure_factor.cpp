// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/structure_factor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace patina {

namespace {

double number_number(const Eigen::RowVectorXd& ashcroft_langreth, const std::vector<double>& c) {
  double sum = 0.0;
  Eigen::Index pair = 0;
  for (std::size_t a = 0; a < c.size(); ++a)
    for (std::size_t b = a; b < c.size(); ++b) sum += (a == b ? 1.0 : 2.0) * std::sqrt(c[a] * c[b]) * ashcroft_langreth[pair++];
  return sum;
}

// S of every vector: the pairs' S^AL, then S_x, S_NN and, of two species, S_NC and S_CC.
Eigen::MatrixXd per_vector(const StructureSums& sums, const std::vector<std::string>& symbols,
                           const std::vector<double>& c, double atoms, Weighting weighting,
                           std::optional<double> energy_keV) {
  const int pairs = sums.species * (sums.species + 1) / 2;
  const auto frames = static_cast<double>(sums.frames);
  Eigen::MatrixXd s(sums.vectors, pairs + (sums.species == 2 ? 4 : 2));
  for (int k = 0; k < sums.vectors; ++k) {
    const auto f = form_factors(symbols, {sums.q_inv_A[k] / frames}, weighting, energy_keV);
    std::complex<double> mean_f = 0.0;
    double mean_f_squared = 0.0, intensity = 0.0;
    int pair = 0;
    for (int a = 0; a < sums.species; ++a) {
      mean_f += c[a] * f[a];
      mean_f_squared += c[a] * std::norm(f[a]);
      for (int b = a; b < sums.species; ++b, ++pair) {
        const auto product = sums.product[static_cast<std::size_t>(pair) * sums.vectors + k] / frames;
        s(k, pair) = product.real() / (atoms * std::sqrt(c[a] * c[b]));
        intensity += (a == b ? 1.0 : 2.0) * (f[a] * std::conj(f[b]) * product).real() / atoms;
      }
    }
    s(k, pairs) = 1.0 + (intensity - mean_f_squared) / std::norm(mean_f);
    s(k, pairs + 1) = number_number(s.row(k), c);
    if (sums.species != 2) continue;
    const double s11 = s(k, 0), s12 = s(k, 1), s22 = s(k, 2), mixed = std::sqrt(c[0] * c[1]);
    s(k, pairs + 2) = c[0] * c[1] * (s11 - s22) + mixed * (c[1] - c[0]) * s12;
    s(k, pairs + 3) = c[0] * c[1] * (c[1] * s11 + c[0] * s22 - 2.0 * mixed * s12);
  }
  return s;
}

}  // namespace

QGrid make_q_grid(const Box& box, double q_max_inv_A, double bin_inv_A, int vectors_per_bin,
                  std::uint64_t seed) {
  std::vector<QSet> shells;
  QGrid grid;
  const auto bins = static_cast<int>(std::ceil(q_max_inv_A / bin_inv_A - 1e-9));
  for (int i = 0; i < bins; ++i) {
    // Draw 0 belongs to the shells of the XPCS observers.
    QSet shell = find_shell(box, (i + 0.5) * bin_inv_A, bin_inv_A, vectors_per_bin, seed, 1 + i);
    if (shell.size() == 0) continue;
    shells.push_back(std::move(shell));
    grid.number.push_back(i);
  }
  grid.set = merge(shells, grid.bin);
  grid.bins = static_cast<int>(shells.size());
  return grid;
}

void add_frame(StructureSums& sums, const DensityModes& modes, const std::vector<double>& q_inv_A) {
  const int pairs = modes.species * (modes.species + 1) / 2;
  if (sums.frames == 0)
    sums = {modes.species, modes.vectors, 0,
            std::vector<std::complex<double>>(static_cast<std::size_t>(pairs) * modes.vectors),
            std::vector<double>(q_inv_A.size())};
  std::size_t i = 0;
  for (int a = 0; a < modes.species; ++a)
    for (int b = a; b < modes.species; ++b)
      for (int k = 0; k < modes.vectors; ++k) sums.product[i++] += modes(a, k) * std::conj(modes(b, k));
  for (std::size_t k = 0; k < q_inv_A.size(); ++k) sums.q_inv_A[k] += q_inv_A[k];
  ++sums.frames;
}

StructureFactor structure_factor(const QGrid& grid, const StructureSums& sums,
                                 const std::vector<std::string>& symbols,
                                 const std::vector<std::int64_t>& atoms, Weighting weighting,
                                 std::optional<double> energy_keV) {
  double total = 0.0;
  for (const auto n : atoms) total += static_cast<double>(n);
  std::vector<double> c;
  for (const auto n : atoms) c.push_back(static_cast<double>(n) / total);
  const Eigen::MatrixXd s = per_vector(sums, symbols, c, total, weighting, energy_keV);

  const Eigen::Index columns = s.cols(), pairs = sums.species * (sums.species + 1) / 2;
  Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(grid.bins, columns), square = mean;
  StructureFactor result;
  result.number = grid.number;
  result.q_inv_A = Eigen::VectorXd::Zero(grid.bins);
  result.vectors = Eigen::VectorXi::Zero(grid.bins);
  for (int k = 0; k < sums.vectors; ++k) {
    const int bin = grid.bin[k];
    ++result.vectors[bin];
    result.q_inv_A[bin] += sums.q_inv_A[k] / static_cast<double>(sums.frames);
    mean.row(bin) += s.row(k);
  }
  const Eigen::ArrayXd count = result.vectors.cast<double>();
  result.q_inv_A.array() /= count;
  mean = count.inverse().matrix().asDiagonal() * mean;
  for (int k = 0; k < sums.vectors; ++k)
    square.row(grid.bin[k]).array() += (s.row(k) - mean.row(grid.bin[k])).array().square();
  // 0/0 where a bin holds one vector: no scatter, no error.
  const Eigen::MatrixXd error = (square.array().colwise() / (count * (count - 1.0))).sqrt();

  result.total = mean.col(pairs);
  result.total_error = error.col(pairs);
  result.bhatia_thornton = mean.rightCols(columns - pairs - 1);
  result.bhatia_thornton_error = error.rightCols(columns - pairs - 1);
  result.ashcroft_langreth = mean.leftCols(pairs);
  result.ashcroft_langreth_error = error.leftCols(pairs);
  result.faber_ziman = result.ashcroft_langreth;
  result.faber_ziman_error = result.ashcroft_langreth_error;
  Eigen::Index pair = 0;
  for (std::size_t a = 0; a < c.size(); ++a) {
    for (std::size_t b = a; b < c.size(); ++b, ++pair) {
      const double scale = 1.0 / std::sqrt(c[a] * c[b]);
      result.faber_ziman.col(pair) = 1.0 + scale * (mean.col(pair).array() - (a == b ? 1.0 : 0.0));
      result.faber_ziman_error.col(pair) *= scale;
    }
  }
  return result;
}

}  // namespace patina
