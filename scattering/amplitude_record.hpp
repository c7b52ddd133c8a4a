// SPDX-License-Identifier: BSD-3-Clause
// What is to be told of the amplitudes that an observer followed (amplitudes.hpp).
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "scattering/form_factor.hpp"
#include "scattering/q_choice.hpp"
#include "scattering/site_window.hpp"

namespace patina {

struct AmplitudeRecord {
  std::vector<QSet> groups;
  std::vector<double> q_end_inv_A;  // |q| in the cell of the last frame, group after group
  std::vector<std::complex<double>> form_factor;  // f_a of each vector, group after group: [vector * species + a]
  QChoice vectors;
  Weighting weighting = Weighting::xray;
  std::optional<double> energy_keV;
  std::string method, method_detail;
  std::optional<SiteWindow> window;
  Box first_box;
  std::vector<double> atoms;  // N_a; under a window the sum of w^2 in the first frame
  // Of each group, for products of fields and of intensities; more than 1 under a window only.
  std::vector<double> vectors_of_a_speckle, vectors_of_an_intensity;

  // How many independent intensities a group has.
  double intensities(std::size_t group) const { return groups[group].size() / vectors_of_an_intensity[group]; }
  // How many independent displacements, one for each direction that counts, make f: vectors are not more independent than the atoms
  // that move them. cos(q . dr) of one atom, dr Gaussian, varies by (1 - f^2)^2 / 2, as Re rho rho* / |rho|^2 of a speckle does, and for two
  // vectors at an angle theta to each other as cos^2(theta) of that (to first order in the displacement; less, down to nothing, when f
  // has decayed). So f of n independent vectors and N atoms that each move by themselves varies as 1 / n + <cos^2> / N, and N / <cos^2>
  // are D degrees of freedom: 3 N of a shell, 2 N of a plane, N of a line. Under weights and a window N = (sum |f|^2 w^2)^2 / sum |f|^4 w^4;
  // of the Gaussian w, sum w^4 is sum w^2 / 2^(d / 2), d = 3 of a ball and 1 of a layer. Atoms that move together are fewer.
  double degrees_of_freedom(std::size_t group) const;
  // What errors that take the vectors of a group for independent are to be multiplied by: n vectors of which a are one scatter
  // about their mean as (1 - (a - 1) / (n - 1)) of what they do about the true one, and the mean varies as a / n; and, of D degrees of
  // freedom, as (1 - 1 / D) and 1 / D more. Not a number if all of them are one speckle, or D <= 1.
  double error_factor(std::size_t group) const;            // of f
  // The same of errors from B blocks of neighbours, which know a part of it: with b vectors of a speckle in their block their sums
  // scatter about the mean as n (b - a / B), and the whole varies as n a (B - 1) / B of that [xpcs_result.cpp: averages over ages]. Degrees of freedom count for f
  // as if starts were one (up to a fifth too much), and hardly for intensities, whose own scatter is larger.
  double block_error_factor(std::size_t group, const std::vector<std::ptrdiff_t>& block_start, bool intensities) const;
  double factor_of_movers(std::size_t group) const;
  // What is looked at, for people, if it is not shells of the whole sample by X-rays: "neutrons; 3 listed vectors; ball of 20 A
  // (FWHM) at (0.5, 0.5, 0.5)". Else empty.
  std::string words() const;
  std::string titled(const std::string& title) const { return words().empty() ? title : title + " (" + words() + ")"; }
};

}  // namespace patina
