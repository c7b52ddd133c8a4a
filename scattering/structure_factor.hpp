// SPDX-License-Identifier: BSD-3-Clause
// Static structure factors over |q|, from density modes averaged over frames [physics.md 3.1]:
//
//   Ashcroft-Langreth   S^AL_ab = <rho_a rho_b*> / sqrt(N_a N_b)                          -> delta_ab at large q
//   Faber-Ziman         S^FZ_ab = 1 + (S^AL_ab - delta_ab) / sqrt(c_a c_b)                -> 1
//   Total (FZ)          S = 1 + (I/N - <|f|^2>) / |<f>|^2,    I/N = sum_ab sqrt(c_a c_b) f_a f_b* S^AL_ab     -> 1
//     the other norm    S' = I / (N <|f|^2>)                                              -> 1
//   Bhatia-Thornton     S_NN = sum_ab sqrt(c_a c_b) S^AL_ab                               -> 1
//     of two species    S_CC = c_1 c_2 [c_2 S_11 + c_1 S_22 - 2 sqrt(c_1 c_2) S_12]       -> c_1 c_2
//                       S_NC = c_1 c_2 (S_11 - S_22) + sqrt(c_1 c_2) (c_2 - c_1) S_12     -> 0
//     of C = c_2 rho_1 - c_1 rho_2 [Phys. Rev. B 2, 3004 (1970)]
// with <f> = sum_a c_a f_a and <|f|^2> = sum_a c_a |f_a|^2, f of X-rays or neutrons at each vector's |q|. S is sum_ab w_ab S^FZ_ab,
// w_ab = c_a c_b f_a f_b* / |<f>|^2; it has no meaning where <f> vanishes (null-matrix alloys), S' has, and holds the Laue scattering
// of a random alloy: S' = 1 - (1 - S) |<f>|^2 / <|f|^2>. Each bin holds a random choice of its lattice vectors; the error is the standard error of
// the mean over them (their time averages are independent in an isotropic sample), NaN if the bin has one
// only.
#pragma once

#include <Eigen/Dense>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scattering/density_modes.hpp"
#include "scattering/form_factor.hpp"

namespace patina {

struct QGrid {
  QSet set;
  std::vector<int> bin;  // of each vector: index of the non-empty bins, in order of |q|
  int bins = 0;
  std::vector<int> number;  // of each bin: its vectors had number <= |q| / bin_inv_A < number + 1 in the first cell
};
// Bins of width bin_inv_A from 0 to q_max, q = 0 left out; bins without vectors are dropped.
QGrid make_q_grid(const Box& box, double q_max_inv_A, double bin_inv_A, int vectors_per_bin,
                  std::uint64_t seed);

// Sums over frames: what a checkpoint keeps.
struct StructureSums {
  int species = 0;
  int vectors = 0;
  std::int64_t frames = 0;
  std::vector<std::complex<double>> product;  // [pair * vectors + k], pairs a <= b: rho_a rho_b*
  std::vector<double> q_inv_A;                // |q_k|: n is fixed, the cell may change
};
void add_frame(StructureSums& sums, const DensityModes& modes, const std::vector<double>& q_inv_A);

struct StructureFactor {
  Eigen::VectorXd q_inv_A;  // mean over the bin's vectors and frames
  Eigen::VectorXi vectors;
  std::vector<int> number;  // as QGrid: what tells the same bin of another sample
  Eigen::MatrixXd ashcroft_langreth, faber_ziman;  // (bin, pair)
  Eigen::MatrixXd ashcroft_langreth_error, faber_ziman_error;
  Eigen::MatrixXd bhatia_thornton, bhatia_thornton_error;  // (bin, 3): S_NN, S_NC, S_CC of two species; else (bin, 1): S_NN
};
StructureFactor structure_factor(const QGrid& grid, const StructureSums& sums, const std::vector<std::int64_t>& atoms);

struct TotalStructureFactor {
  Eigen::VectorXd faber_ziman, faber_ziman_error;  // S
  Eigen::VectorXd normalised, normalised_error;    // S'
};
TotalStructureFactor total_structure_factor(const QGrid& grid, const StructureSums& sums, const std::vector<std::string>& symbols,
                                            const std::vector<std::int64_t>& atoms, Weighting weighting, std::optional<double> energy_keV);

}  // namespace patina
