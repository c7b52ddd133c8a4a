// SPDX-License-Identifier: BSD-3-Clause
// The part of a sample that a beam lights, and how coherently: a Gaussian Schell-model beam across, a Gaussian depth along it.
//
//   W(x1, x2) = sqrt(S(x1) S(x2)) exp(-(x1 - x2)^2 / (2 xi^2)),   S = exp(-x^2 / (2 sigma^2)) / (sqrt(2 pi) sigma)
//
// across (along x and along y alike), with sigma = intensity_fwhm / (2 sqrt(2 ln 2)) and coherence length xi, is an incoherent sum of
// Hermite-Gauss modes phi_n(x) phi_m(y), orthonormal, of weights (1 - kappa)^2 kappa^(n + m) [A. Starikov and E. Wolf, J. Opt. Soc.
// Am. 72 (1982) 923, doi 10.1364/JOSA.72.000923; I. A. Vartanyants and A. Singer, New J. Phys. 12 (2010) 035004,
// doi 10.1088/1367-2630/12/3/035004]:
//
//   kappa = b / (a + b + c),   a = 1 / (4 sigma^2),   b = 1 / (2 xi^2),   c = sqrt(a^2 + 2 a b),
//   phi_n(x) = (2 c / pi)^(1/4) (2^n n!)^(-1/2) H_n(sqrt(2 c) x) exp(-c x^2)
//
// Atoms of mode (n, m) weigh w = phi_n(x) phi_m(y) g(z), g^2 the normalised Gaussian of the depth: <sum w^2> over modes is S(x) S(y)
// g^2, whatever the coherence. A sample whose atoms scatter independently gives <I> = density <|f|^2>, and as the modes are
// orthonormal their speckles are independent: the contrast is sum of weights^2 = ((1 - kappa) / (1 + kappa))^2.
// Between two pixels dq apart, intensities fluctuate alike as exp(-sum_i dq_i^2 / (4 delta_i)), with delta = 1 / (4 sigma^2) + 1 / xi^2
// across, 1 / (4 sigma^2) along: the size of a speckle. The mean density, which has no speckles, scatters as
// density^2 |<f>|^2 prod_i sqrt(2 pi / delta_i) exp(-q_i^2 / (2 delta_i)).
// Modes are taken until less than a thousandth of the intensity is left out, and their weights made to add up to 1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "md/frame.hpp"
#include "scattering/pixel_sum.hpp"

namespace patina {

struct BeamSpec {
  double intensity_fwhm_A = 10.0;           // across; of amplitudes sqrt(2) times that
  std::optional<double> depth_fwhm_A;       // along the beam, of g^2; as across if unset
  std::optional<double> coherence_length_A; // xi; unset: coherent
  Vec3 centre{{0.5, 0.5, 0.5}};             // fractional, in the first frame; it goes with the cell and the centre of mass
  // In the sample: of the beam, and of the detector's columns, of which what lies across the beam counts.
  Vec3 direction{{0.0, 0.0, 1.0}}, columns{{1.0, 0.0, 0.0}};
  double depth_A() const { return depth_fwhm_A.value_or(intensity_fwhm_A); }
};

struct BeamMode {
  int n = 0, m = 0;
  double weight = 1.0;
};

class Beam {
 public:
  // Throws Error(bad_input) that begins with `place` if too many modes were needed. Directions must differ.
  Beam(const BeamSpec& spec, const std::string& place);

  const BeamSpec& spec() const { return spec_; }
  const std::vector<BeamMode>& modes() const { return modes_; }
  double contrast() const;
  // As many atoms are lit as stand in so much at the intensity of the centre.
  double volume_A3() const;
  // Rows: the axes of the laboratory (beamline/detector.hpp: x along columns, z along the beam) in the sample.
  const Mat3& axes() const { return axes_; }
  // How alike intensities fluctuate at two q (1/A, in the laboratory) that differ by dq: 1 at 0.
  double correlation(const Vec3& dq) const;
  // What the mean density scatters at q, against what independent atoms of one kind do.
  double forward(const Vec3& q, double density_inv_A3) const;

  // Throws Error(bad_input) that begins with `place` if the beam would light an atom and its image: beyond 1/512 of the largest
  // amplitude, as in check_window(). `slack`: as there.
  void check_cell(const Box& box, double slack, const std::string& place) const;

  // The frame's atoms in the laboratory, from the centre of the beam, each as the nearest of its images; with the weights of all
  // modes. `drift`: fractional, of the centre of mass since the first frame.
  PixelPoints points(const Frame& frame, const Vec3& drift) const;

 private:
  BeamSpec spec_;
  Mat3 axes_;
  double c_ = 0.0, depth_c_ = 0.0;            // of amplitudes exp(-c x^2), across and along
  double delta_[3] = {};                      // of each axis of the laboratory
  std::vector<BeamMode> modes_;
};

}  // namespace patina
