// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/beam.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/elementary.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "scattering/density_modes.hpp"
#include "scattering/site_window.hpp"

namespace patina {

namespace {

constexpr double left_out = 1e-3;  // of the intensity, by modes that are not taken
constexpr int most_modes = 400, most_of_axis = 64;

double sigma_of(double intensity_fwhm_A) { return intensity_fwhm_A / std::sqrt(8.0 * ln2); }

Vec3 unit(const Vec3& v) { return (1.0 / norm(v)) * v; }

// phi_n(x), n < count, by their recurrence.
KOKKOS_INLINE_FUNCTION void hermite_gauss(double c, double x, int count, double* phi) {
  const double t = x * kokkos_compat::sqrt(2.0 * c);
  phi[0] = kokkos_compat::sqrt(kokkos_compat::sqrt(2.0 * c / units::pi)) * elementary::exp(-c * x * x);
  for (int n = 1; n < count; ++n)
    phi[n] = kokkos_compat::sqrt(2.0 / n) * t * phi[n - 1] - (n > 1 ? kokkos_compat::sqrt((n - 1.0) / n) * phi[n - 2] : 0.0);
}

// Products of two rows of modes, the strongest first, made to add up to 1.
std::vector<BeamMode> modes_of(double kappa, const std::string& place) {
  std::vector<double> power = {1.0};
  while (power.back() * kappa > 1e-12 && static_cast<int>(power.size()) < most_of_axis) power.push_back(power.back() * kappa);
  std::vector<BeamMode> modes;
  double sum = 0.0;
  const double all = 1.0 / ((1.0 - kappa) * (1.0 - kappa));
  for (int order = 0; order < static_cast<int>(power.size()) && sum < (1.0 - left_out) * all; ++order)
    for (int n = 0; n <= order && sum < (1.0 - left_out) * all; ++n) {
      modes.push_back({order - n, n, power[static_cast<std::size_t>(order)]});
      sum += modes.back().weight;
    }
  if (sum < (1.0 - left_out) * all || modes.size() > most_modes)
    throw Error(ExitCode::bad_input,
                fmt::format("{}/coherence_length_A: more than {} modes were needed (their contrast were {:.2g}): a longer coherence, or a smaller beam",
                            place, most_modes, std::pow((1.0 - kappa) / (1.0 + kappa), 2)));
  for (BeamMode& mode : modes) mode.weight /= sum;
  return modes;
}

}  // namespace

Beam::Beam(const BeamSpec& spec, const std::string& place) : spec_(spec) {
  const Vec3 z = unit(spec.direction), across = spec.columns - dot(spec.columns, z) * z;
  require(norm(across) > 1e-7 * norm(spec.columns), "Beam: columns along the beam");
  const Vec3 x = unit(across), y = cross(z, x);
  for (int d = 0; d < 3; ++d) {
    axes_[0][d] = x[d];
    axes_[1][d] = y[d];
    axes_[2][d] = z[d];
  }
  const double sigma = sigma_of(spec.intensity_fwhm_A), depth = sigma_of(spec.depth_A());
  const double a = 1.0 / (4.0 * sigma * sigma), b = spec.coherence_length_A ? 0.5 / (*spec.coherence_length_A * *spec.coherence_length_A) : 0.0;
  c_ = std::sqrt(a * a + 2.0 * a * b);
  depth_c_ = 1.0 / (4.0 * depth * depth);
  delta_[0] = delta_[1] = a + 2.0 * b;
  delta_[2] = depth_c_;
  modes_ = modes_of(b / (a + b + c_), place);
}

double Beam::contrast() const {
  double sum = 0.0;
  for (const BeamMode& mode : modes_) sum += mode.weight * mode.weight;
  return sum;
}

double Beam::volume_A3() const {
  const double across = sigma_of(spec_.intensity_fwhm_A), along = sigma_of(spec_.depth_A());
  return std::pow(2.0 * units::pi, 1.5) * across * across * along;
}

double Beam::correlation(const Vec3& dq) const {
  double exponent = 0.0;
  for (int d = 0; d < 3; ++d) exponent += dq[d] * dq[d] / (4.0 * delta_[d]);
  return std::exp(-exponent);
}

double Beam::forward(const Vec3& q, double density_inv_A3) const {
  double exponent = 0.0, volume_A3 = 1.0;
  for (int d = 0; d < 3; ++d) {
    exponent += q[d] * q[d] / (2.0 * delta_[d]);
    volume_A3 *= std::sqrt(2.0 * units::pi / delta_[d]);
  }
  return density_inv_A3 * volume_A3 * std::exp(-exponent);
}

void Beam::check_cell(const Box& box, double slack, const std::string& place) const {
  for (int d = 0; d < 3; ++d) {
    if (!box.periodic(d)) continue;
    // Half way to the nearest image, across the faces that edge d connects, the largest amplitude is that of a Gaussian as wide as
    // the beam is along their normal.
    const Vec3 normal = unit(box.wave_vector({d == 0, d == 1, d == 2}));
    double squares = 0.0;
    for (int axis = 0; axis < 3; ++axis) {
      const double along = dot(axes_.row(axis), normal), fwhm_A = axis < 2 ? spec_.intensity_fwhm_A : spec_.depth_A();
      squares += along * along * 2.0 * fwhm_A * fwhm_A;
    }
    const double widest_A = largest_fwhm_of_height * box.height(d);
    if (std::sqrt(squares) <= slack * widest_A) continue;
    throw Error(ExitCode::bad_input,
                fmt::format("{}/intensity_fwhm_A: along the normal of faces {} the beam is {:.4g} A wide, more than {:.4g} A: it would light atoms and their "
                            "images, as the cell is only {:.4g} A high there; a narrower beam (or depth), or a larger sample",
                            place, "xyz"[d], std::sqrt(0.5 * squares), widest_A / std::sqrt(2.0), box.height(d)));
  }
}

PixelPoints Beam::points(const Frame& frame, const Vec3& drift) const {
  PhasePoints atoms = species_points(frame);
  PixelPoints points;
  points.group_start = atoms.group_start;
  const auto count = static_cast<int>(atoms.fractional.extent(0)), modes = static_cast<int>(modes_.size());
  points.place = Rows<double, 3>("beam_places", count);
  points.weight = ModeWeights("beam_weights", modes, count);
  std::vector<int> orders;
  int of_axis = 1;
  for (const BeamMode& mode : modes_) {
    orders.push_back(mode.n);
    orders.push_back(mode.m);
    of_axis = std::max({of_axis, mode.n + 1, mode.m + 1});
  }
  const auto order = to_device(orders);
  const auto s = atoms.fractional;
  const auto place = points.place;
  const auto weight = points.weight;
  const Vec3 centre = spec_.centre + drift;
  const Mat3 axes = axes_;
  const Box box = frame.box;
  const bool right_angles = box.is_orthogonal();
  const double c = c_, depth_c = depth_c_;
  Kokkos::parallel_for(
      "beam_points", Range(0, count), KOKKOS_LAMBDA(int i) {
        const Vec3 dr = to_nearest_image(box, right_angles, Vec3{{s(i, 0), s(i, 1), s(i, 2)}} - centre) * box.edges();
        Vec3 r;
        for (int d = 0; d < 3; ++d) r[d] = dot(axes.row(d), dr);
        double along_x[most_of_axis], along_y[most_of_axis], along_z[1];
        hermite_gauss(c, r[0], of_axis, along_x);
        hermite_gauss(c, r[1], of_axis, along_y);
        hermite_gauss(depth_c, r[2], 1, along_z);
        for (int d = 0; d < 3; ++d) place(i, d) = r[d];
        for (int m = 0; m < modes; ++m) weight(m, i) = along_x[order(2 * m)] * along_y[order(2 * m + 1)] * along_z[0];
      });
  return points;
}

}  // namespace patina
