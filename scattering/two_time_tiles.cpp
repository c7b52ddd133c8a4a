// SPDX-License-Identifier: BSD-3-Clause
// Of some blocks at a time: P_b(t1, t2), t1 <= t2, as a product of matrices; then its sums along lags, and its part of the sum over
// blocks. Every number is one chain of sums in an order that follows from the sizes alone, whatever the device.
#include <algorithm>
#include <array>

#include "core/kokkos_compat.hpp"
#include "core/types.hpp"
#include "scattering/host_loops.hpp"
#include "scattering/two_time_paths.hpp"

namespace patina {

namespace {

using Team = Kokkos::TeamPolicy<ExecSpace>;
using Member = Team::member_type;
using Matrix = Kokkos::View<double**, Kokkos::LayoutRight, MemSpace>;
using Matrices = Kokkos::View<double***, Kokkos::LayoutRight, MemSpace>;

// A team makes a tile of 32 x 32 times, a thread 4 x 4 of it: 16 products and sums for 8 numbers read.
constexpr int tile = 32, patch = 4, patches = tile / patch;
constexpr int tile_team = takes_host_loops() ? 1 : patches * patches;
constexpr int line_team = takes_host_loops() ? 1 : 128;
constexpr int strip = 64;  // first times of one partial sum of a lag

// [row][time], zero up to whole tiles of times.
Matrix upload(const Eigen::Ref<const Eigen::MatrixXd>& rows, int times) {
  const Matrix device("two_time_rows", static_cast<std::size_t>(rows.rows()), static_cast<std::size_t>(times));
  const auto host = Kokkos::create_mirror_view(device);
  for (Eigen::Index t = 0; t < rows.cols(); ++t)
    for (Eigen::Index r = 0; r < rows.rows(); ++r) host(r, t) = rows(r, t);
  Kokkos::deep_copy(device, host);
  return device;
}

// Tiles on and above the diagonal: rows of (of t1, of t2).
Rows<int, 2> upper_tiles(int across) {
  const Rows<int, 2> tiles("two_time_tiles", static_cast<std::size_t>(across) * (across + 1) / 2);
  const auto host = Kokkos::create_mirror_view(tiles);
  int count = 0;
  for (int i = 0; i < across; ++i)
    for (int j = i; j < across; ++j, ++count) {
      host(count, 0) = i;
      host(count, 1) = j;
    }
  Kokkos::deep_copy(tiles, host);
  return tiles;
}

// products(b, t1, t2) of the blocks of rows start(b)..start(b + 1)-1.
void multiply(const Matrix& rows, const Array<int>& start, const Rows<int, 2>& tiles, const Matrices& products) {
  const auto x = rows;
  const auto begin = start;
  const auto place = tiles;
  const auto result = products;
  const int count = static_cast<int>(tiles.extent(0)), blocks = static_cast<int>(products.extent(0));
  Kokkos::parallel_for(
      "two_time_products", Team(count * blocks, tile_team), KOKKOS_LAMBDA(const Member& team) {
        const int b = team.league_rank() / count, which = team.league_rank() % count;
        const int first = begin(b), last = begin(b + 1);
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, patches * patches), [&](int item) {
          const int t1 = tile * place(which, 0) + patch * (item / patches), t2 = tile * place(which, 1) + patch * (item % patches);
          double sum[patch][patch] = {};
          for (int r = first; r < last; ++r) {
            const double *left = &x(r, t1), *right = &x(r, t2);
            for (int i = 0; i < patch; ++i)
              for (int j = 0; j < patch; ++j) sum[i][j] = kokkos_compat::fma(left[i], right[j], sum[i][j]);
          }
          for (int i = 0; i < patch; ++i)
            for (int j = 0; j < patch; ++j) result(b, t1 + i, t2 + j) = sum[i][j];
        });
      });
}

// partial(b, s, lag) = sum over t of strip s of products(b, t, t + lag): threads side by side read numbers side by side.
void sum_lags(const Matrices& products, int frames, const Matrices& partials) {
  const auto product = products;
  const auto partial = partials;
  const int strips = static_cast<int>(partials.extent(1)), lags = static_cast<int>(partials.extent(2));
  Kokkos::parallel_for(
      "two_time_lags", Team(static_cast<int>(products.extent(0)) * strips, line_team), KOKKOS_LAMBDA(const Member& team) {
        const int b = team.league_rank() / strips, s = team.league_rank() % strips;
        const int first = s * strip;
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, lags), [&](int lag) {
          const int last = first + strip < frames - lag ? first + strip : frames - lag;
          double sum = 0.0;
          for (int t = first; t < last; ++t) sum += product(b, t, t + lag);
          partial(b, s, lag) = sum;
        });
      });
}

// total(t1, t2) += the products of the first `blocks` blocks, one after the other.
void add_blocks(const Matrices& products, int blocks, const Matrix& total) {
  const auto product = products;
  const auto sum = total;
  const int times = static_cast<int>(total.extent(0));
  Kokkos::parallel_for(
      "two_time_add_blocks", Team(times, line_team), KOKKOS_LAMBDA(const Member& team) {
        const int t1 = team.league_rank();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, t1, times), [&](int t2) {
          double all = sum(t1, t2);
          for (int b = 0; b < blocks; ++b) all += product(b, t1, t2);
          sum(t1, t2) = all;
        });
      });
}

// diagonal(b, t)
Matrix diagonals(const Matrices& products) {
  const Matrix diagonal("two_time_diagonal", products.extent(0), products.extent(1));
  const auto product = products;
  const auto to = diagonal;
  const int times = static_cast<int>(products.extent(1));
  Kokkos::parallel_for(
      "two_time_diagonal", Team(static_cast<int>(products.extent(0)), line_team), KOKKOS_LAMBDA(const Member& team) {
        const int b = team.league_rank();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, times), [&](int t) { to(b, t) = product(b, t, t); });
      });
  return diagonal;
}

}  // namespace

int blocks_at_once(double blocks, double times, double most_products) {
  return static_cast<int>(std::clamp(most_products / times / times, 1.0, std::max(1.0, blocks)));
}

TwoTimeSums two_time_sums_in_tiles(const Eigen::Ref<const Eigen::MatrixXd>& values, int row_unit, int max_lag, double most_products) {
  const std::vector<Eigen::Index> start = block_starts(values.rows(), row_unit);
  const int frames = static_cast<int>(values.cols()), blocks = static_cast<int>(start.size()) - 1;
  const int lags = std::min(max_lag, frames - 1) + 1;
  TwoTimeSums sums;
  sums.product = Eigen::MatrixXd::Zero(frames, frames);
  sums.block_lag = Eigen::MatrixXd::Zero(blocks, lags);
  sums.block_diagonal = Eigen::MatrixXd::Zero(blocks, frames);
  sums.block_rows.resize(blocks);

  const int across = (frames + tile - 1) / tile, times = across * tile, strips = (frames + strip - 1) / strip;
  const int at_once = blocks_at_once(blocks, times, most_products);
  const Rows<int, 2> tiles = upper_tiles(across);
  const Matrix total("two_time_total", times, times);
  const Matrices products("two_time_products", at_once, times, times), partials("two_time_lag_partials", at_once, strips, lags);
  for (int first = 0; first < blocks; first += at_once) {
    const int count = std::min(at_once, blocks - first);
    // Blocks beyond the last have no rows.
    std::vector<int> begin;
    for (int b = 0; b <= at_once; ++b) begin.push_back(static_cast<int>(start[first + std::min(b, count)] - start[first]));
    const Matrix rows = upload(values.middleRows(start[first], start[first + count] - start[first]), times);
    multiply(rows, to_device(begin), tiles, products);
    add_blocks(products, count, total);
    sum_lags(products, frames, partials);
    const auto partial = Kokkos::create_mirror_view_and_copy(HostSpace{}, partials);
    const auto diagonal = Kokkos::create_mirror_view_and_copy(HostSpace{}, diagonals(products));
    for (int b = 0; b < count; ++b) {
      sums.block_rows[first + b] = begin[b + 1] - begin[b];
      for (int s = 0; s < strips; ++s)
        for (int lag = 0; lag < lags; ++lag) sums.block_lag(first + b, lag) += partial(b, s, lag);
      for (int t = 0; t < frames; ++t) sums.block_diagonal(first + b, t) = diagonal(b, t);
    }
  }
  const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, total);
  for (int t2 = 0; t2 < frames; ++t2)
    for (int t1 = 0; t1 <= t2; ++t1) sums.product(t1, t2) = sums.product(t2, t1) = host(t1, t2);
  return sums;
}

}  // namespace patina
