// SPDX-License-Identifier: BSD-3-Clause
#include "beamline/detector.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"

namespace patina {

double DetectorGeometry::wavelength_A() const { return units::hc_keV_A / photon_energy_keV; }

void check(const DetectorGeometry& g, const std::string& place) {
  const auto refuse = [&](const std::string& what) { throw Error(ExitCode::bad_input, place + ": " + what); };
  const auto positive = [&](double value, const char* name) {
    if (!(value > 0.0 && std::isfinite(value))) refuse(fmt::format("{} is {:g}: must be > 0", name, value));
  };
  if (g.rows < 1 || g.columns < 1 || g.pixels() > std::int64_t{1} << 32) refuse(fmt::format("{} x {} pixels", g.rows, g.columns));
  positive(g.pixel_size_um, "pixel_size_um");
  positive(g.distance_m, "distance_m");
  positive(g.photon_energy_keV, "photon_energy_keV");
  if (!(std::abs(g.two_theta_deg) <= 180.0)) refuse(fmt::format("two_theta_deg is {:g}: must be within -180 .. 180", g.two_theta_deg));
  if (!std::isfinite(g.axis_row) || !std::isfinite(g.axis_column)) refuse("axis_row and axis_column must be finite");
  const auto within = [&](const PixelGap& gap, int size, const char* name) {
    if (gap.first < 0 || gap.count < 1 || gap.first > size - gap.count)
      refuse(fmt::format("{}: {} from {} on do not lie within {}", name, gap.count, gap.first, size));
  };
  for (const PixelGap& gap : g.row_gaps) within(gap, g.rows, "row_gaps");
  for (const PixelGap& gap : g.column_gaps) within(gap, g.columns, "column_gaps");
  for (const PixelArea& shadow : g.shadows) {
    within(shadow.rows, g.rows, "rows of shadows");
    within(shadow.columns, g.columns, "columns of shadows");
  }
}

Vec3 pixel_q(const DetectorGeometry& g, double row, double column) {
  const double angle = g.two_theta_deg * units::pi / 180.0, sine = std::sin(angle), cosine = std::cos(angle);
  const double across = (column - g.axis_column) * g.pixel_size_um * 1e-6, down = (row - g.axis_row) * g.pixel_size_um * 1e-6;
  const Vec3 r{{g.distance_m * sine + across * cosine, -down, g.distance_m * cosine - across * sine}};
  const double length = std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]), k = 2.0 * units::pi / g.wavelength_A();
  // r_z / |r| - 1 without the difference of two numbers close to each other, for small angles.
  const double z = r[2] > 0.0 ? -(r[0] * r[0] + r[1] * r[1]) / (length * (length + r[2])) : r[2] / length - 1.0;
  return {{k * r[0] / length, k * r[1] / length, k * z}};
}

namespace {

// [rows * columns]
template <class OfQ>
std::vector<double> of_pixels(const DetectorGeometry& g, const OfQ& of_q) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(g.pixels()));
  for (int row = 0; row < g.rows; ++row)
    for (int column = 0; column < g.columns; ++column) values.push_back(of_q(pixel_q(g, row, column)));
  return values;
}

}  // namespace

std::vector<double> pixel_q_magnitudes(const DetectorGeometry& g) {
  return of_pixels(g, [](const Vec3& q) { return std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]); });
}

std::vector<double> pixel_azimuths_deg(const DetectorGeometry& g) {
  return of_pixels(g, [](const Vec3& q) { return std::atan2(-q[1], q[0]) * 180.0 / units::pi; });
}

double speckle_size_pixels(const DetectorGeometry& g, double beam_size_um) {
  return g.wavelength_A() * 1e-4 * g.distance_m * 1e6 / (beam_size_um * g.pixel_size_um);
}

}  // namespace patina
