// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/pixel_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/bits.hpp"
#include "core/error.hpp"
#include "core/kokkos_compat.hpp"
#include "core/units.hpp"
#include "scattering/host_loops.hpp"
#include "scattering/phase.hpp"

namespace patina {

namespace {

constexpr double grid = 0x1p-47, grid_origin = 48.0;
constexpr int points_at_once = 1 << 15;  // 64 bits hold the sums of so many

KOKKOS_INLINE_FUNCTION Phase odd_phase_of(double turns, const PhaseSeries& series) {
  const Phase phase = phase_of(turns - to_whole(turns), series);
  return {odd(phase.re), odd(phase.im)};
}

long long count_not_finite(const PixelPoints& points) {
  const auto place = points.place;
  const auto weight = points.weight;
  const int modes = points.modes();
  constexpr double largest = std::numeric_limits<double>::max();
  long long bad = 0;
  Kokkos::parallel_reduce(
      "pixel_count_not_finite", Range(0, static_cast<int>(place.extent(0))),
      KOKKOS_LAMBDA(int j, long long& count) {
        for (int d = 0; d < 3; ++d) count += kokkos_compat::abs(place(j, d)) <= largest ? 0 : 1;
        for (int m = 0; m < modes; ++m) count += kokkos_compat::abs(weight(m, j)) <= largest ? 0 : 1;
      },
      bad);
  return bad;
}

// A power of two that no weight exceeds.
double unit_of_weights(const PixelPoints& points, const Comm& comm) {
  const auto weight = points.weight;
  const int modes = points.modes();
  double largest = 0.0;
  Kokkos::parallel_reduce(
      "pixel_largest_weight", Range(0, static_cast<int>(weight.extent(1))),
      KOKKOS_LAMBDA(int j, double& most) {
        for (int m = 0; m < modes; ++m) most = kokkos_compat::abs(weight(m, j)) > most ? kokkos_compat::abs(weight(m, j)) : most;
      },
      Kokkos::Max<double>(largest));
  largest = comm.max(largest);
  if (!(largest > 0.0 && largest <= std::numeric_limits<double>::max())) return 1.0;
  int exponent = 0;
  const bool power_of_two = std::frexp(largest, &exponent) == 0.5;
  return std::ldexp(1.0, power_of_two ? exponent - 1 : exponent);
}

double turns_of(double q_inv_A) { return q_inv_A / (2.0 * units::pi); }

std::vector<Int128> sums_of_rank(const PixelPoints& points, const std::vector<Vec3>& q_inv_A, double per_weight_unit) {
  if constexpr (takes_host_loops()) {
    static const PixelKernels& best = *pixel_kernel_versions().all[0];
    return pixel_sums_in_lanes(points, q_inv_A, per_weight_unit, best);
  } else {
    return pixel_sums_in_rows(points, q_inv_A, per_weight_unit);
  }
}

}  // namespace

std::vector<Int128> pixel_sums_in_lanes(const PixelPoints& points, const std::vector<Vec3>& q_inv_A, double per_weight_unit,
                                        const PixelKernels& kernels) {
  const auto place = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.place);
  const auto weight = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.weight);
  const std::size_t count = place.extent(0), modes = weight.extent(0), pixels = q_inv_A.size();
  std::vector<double> columns(3 * count), scaled(modes * count);
  for (std::size_t j = 0; j < count; ++j) {
    for (std::size_t d = 0; d < 3; ++d) columns[d * count + j] = place(j, d);
    for (std::size_t m = 0; m < modes; ++m) scaled[m * count + j] = odd(per_weight_unit * weight(m, j));
  }
  const PixelPointsView view{columns.data(),  columns.data() + count, columns.data() + 2 * count, scaled.data(), static_cast<std::int64_t>(count),
                             static_cast<int>(modes)};
  std::vector<Int128> total(2 * static_cast<std::size_t>(points.groups()) * modes * pixels);
  const int blocks = static_cast<int>((pixels + pixel_lanes - 1) / pixel_lanes);
  Kokkos::parallel_for("pixel_sums", HostRange(0, blocks), [&](int block) {
    const std::size_t first_pixel = static_cast<std::size_t>(block) * pixel_lanes, lanes = std::min<std::size_t>(pixel_lanes, pixels - first_pixel);
    alignas(64) double q[3 * pixel_lanes] = {};
    for (std::size_t l = 0; l < lanes; ++l)
      for (int d = 0; d < 3; ++d) q[static_cast<std::size_t>(d) * pixel_lanes + l] = turns_of(q_inv_A[first_pixel + l][d]);
    std::vector<std::int64_t> sums(2 * modes * pixel_lanes);
    for (std::size_t g = 0; g < static_cast<std::size_t>(points.groups()); ++g)
      for (int first = points.group_start[g]; first < points.group_start[g + 1]; first += points_at_once) {
        std::fill(sums.begin(), sums.end(), 0);
        kernels.add(view, first, std::min(first + points_at_once, points.group_start[g + 1]), q, sums.data());
        for (std::size_t m = 0; m < modes; ++m)
          for (std::size_t l = 0; l < lanes; ++l)
            for (std::size_t part = 0; part < 2; ++part)
              total[2 * ((g * modes + m) * pixels + first_pixel + l) + part] += sums[(2 * m + part) * pixel_lanes + l];
      }
  });
  return total;
}

std::vector<Int128> pixel_sums_in_rows(const PixelPoints& points, const std::vector<Vec3>& q_inv_A, double per_weight_unit) {
  const int pixels = static_cast<int>(q_inv_A.size()), modes = points.modes();
  const Rows<double, 3> q("pixel_q", q_inv_A.size());
  const auto host_q = Kokkos::create_mirror_view(q);
  for (int p = 0; p < pixels; ++p)
    for (int d = 0; d < 3; ++d) host_q(p, d) = turns_of(q_inv_A[static_cast<std::size_t>(p)][d]);
  Kokkos::deep_copy(q, host_q);
  const auto place = points.place;
  const auto weight = points.weight;
  const PhaseSeries series = phase_series;
  std::vector<Int128> total;
  for (std::size_t g = 0; g < static_cast<std::size_t>(points.groups()); ++g) {
    const int first = points.group_start[g], last = points.group_start[g + 1];
    const Kokkos::View<Int128* [2], Kokkos::LayoutRight, MemSpace> sums("pixel_sums", static_cast<std::size_t>(modes) * q_inv_A.size());
    Kokkos::parallel_for(
        "pixel_sum_rows", Range(0, modes * pixels), KOKKOS_LAMBDA(int item) {
          const int m = item / pixels, p = item % pixels;
          Int128 whole[2] = {0, 0};
          for (int j = first; j < last; ++j) {
            const double turns = kokkos_compat::fma(q(p, 0), place(j, 0), kokkos_compat::fma(q(p, 1), place(j, 1), q(p, 2) * place(j, 2)));
            const Phase phase = odd_phase_of(turns, series);
            const double w = odd(per_weight_unit * weight(m, j));
            whole[0] += static_cast<std::int64_t>(bits_of(kokkos_compat::fma(w, phase.re, grid_origin)) - bits_of(grid_origin));
            whole[1] += static_cast<std::int64_t>(bits_of(kokkos_compat::fma(w, phase.im, grid_origin)) - bits_of(grid_origin));
          }
          sums(item, 0) = whole[0];
          sums(item, 1) = whole[1];
        });
    const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, sums);
    total.insert(total.end(), host.data(), host.data() + host.size());
  }
  return total;
}

std::vector<std::complex<double>> pixel_sums(const PixelPoints& points, const std::vector<Vec3>& q_inv_A, const Comm& comm) {
  std::vector<Int128> whole(2 * static_cast<std::size_t>(points.groups()) * static_cast<std::size_t>(points.modes()) * q_inv_A.size());
  Int128 bad = count_not_finite(points);
  const double unit = unit_of_weights(points, comm);
  if (bad == 0) whole = sums_of_rank(points, q_inv_A, 1.0 / unit);
  whole.push_back(bad);
  comm.sum(whole.data(), static_cast<int>(whole.size()));
  if (whole.back() != 0) throw Error(ExitCode::unstable, "fields at pixels: a place or weight of an atom is not finite");
  std::vector<std::complex<double>> result;
  result.reserve(whole.size() / 2);
  for (std::size_t k = 0; k + 1 < whole.size(); k += 2)
    result.emplace_back(static_cast<double>(whole[k]) * (grid * unit), static_cast<double>(whole[k + 1]) * (grid * unit));
  return result;
}

}  // namespace patina
