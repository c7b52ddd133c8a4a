// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/structure_factor.hpp"

#include <cmath>

namespace patina {

namespace {

double number_number(const Eigen::RowVectorXd& ashcroft_langreth, const std::vector<double>& c) {
  double sum = 0.0;
  Eigen::Index pair = 0;
  for (std::size_t a = 0; a < c.size(); ++a)
    for (std::size_t b = a; b < c.size(); ++b) sum += (a == b ? 1.0 : 2.0) * std::sqrt(c[a] * c[b]) * ashcroft_langreth[pair++];
  return sum;
}

std::vector<double> fractions(const std::vector<std::int64_t>& atoms) {
  double total = 0.0;
  for (const auto n : atoms) total += static_cast<double>(n);
  std::vector<double> c;
  for (const auto n : atoms) c.push_back(static_cast<double>(n) / total);
  return c;
}

// <rho_a rho_b*> / N of every vector, pair by pair.
Eigen::MatrixXcd products_per_atom(const StructureSums& sums, const std::vector<std::int64_t>& atoms) {
  double total = 0.0;
  for (const auto n : atoms) total += static_cast<double>(n);
  const Eigen::Index pairs = sums.species * (sums.species + 1) / 2;
  return Eigen::Map<const Eigen::MatrixXcd>(sums.product.data(), sums.vectors, pairs) / (static_cast<double>(sums.frames) * total);
}

// Of every vector: the pairs' S^AL, then S_NN and, of two species, S_NC and S_CC.
Eigen::MatrixXd partials_per_vector(const StructureSums& sums, const std::vector<std::int64_t>& atoms) {
  const auto c = fractions(atoms);
  const Eigen::MatrixXcd product = products_per_atom(sums, atoms);
  const Eigen::Index pairs = product.cols();
  Eigen::MatrixXd s(sums.vectors, pairs + (sums.species == 2 ? 3 : 1));
  for (Eigen::Index k = 0; k < s.rows(); ++k) {
    Eigen::Index pair = 0;
    for (std::size_t a = 0; a < c.size(); ++a)
      for (std::size_t b = a; b < c.size(); ++b, ++pair) s(k, pair) = product(k, pair).real() / std::sqrt(c[a] * c[b]);
    s(k, pairs) = number_number(s.row(k), c);
    if (sums.species != 2) continue;
    const double s11 = s(k, 0), s12 = s(k, 1), s22 = s(k, 2), mixed = std::sqrt(c[0] * c[1]);
    s(k, pairs + 1) = c[0] * c[1] * (s11 - s22) + mixed * (c[1] - c[0]) * s12;
    s(k, pairs + 2) = c[0] * c[1] * (c[1] * s11 + c[0] * s22 - 2.0 * mixed * s12);
  }
  return s;
}

// S and S' of every vector.
Eigen::MatrixXd totals_per_vector(const StructureSums& sums, const std::vector<std::string>& symbols,
                                  const std::vector<std::int64_t>& atoms, Weighting weighting, std::optional<double> energy_keV) {
  const auto c = fractions(atoms);
  const Eigen::MatrixXcd product = products_per_atom(sums, atoms);
  Eigen::MatrixXd s(sums.vectors, 2);
  for (Eigen::Index k = 0; k < s.rows(); ++k) {
    const double q_inv_A = sums.q_inv_A[static_cast<std::size_t>(k)] / static_cast<double>(sums.frames);
    const auto f = form_factors(symbols, {q_inv_A}, weighting, energy_keV);
    std::complex<double> mean_f = 0.0;
    double mean_f_squared = 0.0, intensity = 0.0;  // per atom
    Eigen::Index pair = 0;
    for (std::size_t a = 0; a < c.size(); ++a) {
      mean_f += c[a] * f[a];
      mean_f_squared += c[a] * std::norm(f[a]);
      for (std::size_t b = a; b < c.size(); ++b, ++pair)
        intensity += (a == b ? 1.0 : 2.0) * (f[a] * std::conj(f[b]) * product(k, pair)).real();
    }
    s(k, 0) = 1.0 + (intensity - mean_f_squared) / std::norm(mean_f);
    s(k, 1) = intensity / mean_f_squared;
  }
  return s;
}

// Over the vectors of each bin; the error is NaN (0/0) where a bin holds one: no scatter, no error.
struct BinMeans {
  Eigen::MatrixXd mean, error;
};
BinMeans bin_means(const QGrid& grid, const Eigen::MatrixXd& per_vector) {
  Eigen::ArrayXd count = Eigen::ArrayXd::Zero(grid.bins);
  Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(grid.bins, per_vector.cols()), square = mean;
  for (Eigen::Index k = 0; k < per_vector.rows(); ++k) {
    const int bin = grid.bin[static_cast<std::size_t>(k)];
    count[bin] += 1.0;
    mean.row(bin) += per_vector.row(k);
  }
  mean = count.inverse().matrix().asDiagonal() * mean;
  for (Eigen::Index k = 0; k < per_vector.rows(); ++k) {
    const int bin = grid.bin[static_cast<std::size_t>(k)];
    square.row(bin).array() += (per_vector.row(k) - mean.row(bin)).array().square();
  }
  return {mean, (square.array().colwise() / (count * (count - 1.0))).sqrt()};
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

StructureFactor structure_factor(const QGrid& grid, const StructureSums& sums, const std::vector<std::int64_t>& atoms) {
  const auto [mean, error] = bin_means(grid, partials_per_vector(sums, atoms));
  const Eigen::Index pairs = sums.species * (sums.species + 1) / 2;
  StructureFactor result;
  result.number = grid.number;
  const Eigen::Map<const Eigen::VectorXd> q_sum(sums.q_inv_A.data(), sums.vectors);
  result.q_inv_A = bin_means(grid, q_sum / static_cast<double>(sums.frames)).mean;
  result.vectors = Eigen::VectorXi::Zero(grid.bins);
  for (const int bin : grid.bin) ++result.vectors[bin];
  result.bhatia_thornton = mean.rightCols(mean.cols() - pairs);
  result.bhatia_thornton_error = error.rightCols(mean.cols() - pairs);
  result.ashcroft_langreth = mean.leftCols(pairs);
  result.ashcroft_langreth_error = error.leftCols(pairs);
  result.faber_ziman = result.ashcroft_langreth;
  result.faber_ziman_error = result.ashcroft_langreth_error;
  const auto c = fractions(atoms);
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

TotalStructureFactor total_structure_factor(const QGrid& grid, const StructureSums& sums, const std::vector<std::string>& symbols,
                                            const std::vector<std::int64_t>& atoms, Weighting weighting, std::optional<double> energy_keV) {
  const auto [mean, error] = bin_means(grid, totals_per_vector(sums, symbols, atoms, weighting, energy_keV));
  return {mean.col(0), error.col(0), mean.col(1), error.col(1)};
}

}  // namespace patina
