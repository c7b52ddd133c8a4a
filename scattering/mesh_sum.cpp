// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_sum.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"

namespace patina {

namespace {

int round_up(int n, int unit) { return (n + unit - 1) / unit * unit; }

std::int64_t column_code(const MeshMode& mode, const MeshLayout& layout) {
  return static_cast<std::int64_t>(mode.place[0]) * layout.cells[1] + mode.place[1];
}

// (n_x, n_y) of all modes, in order.
std::vector<std::int64_t> column_codes(const std::vector<MeshMode>& modes, const MeshLayout& layout) {
  std::vector<std::int64_t> codes;
  for (const MeshMode& mode : modes) codes.push_back(column_code(mode, layout));
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

PlaneShape plane_shape(const MeshLayout& layout) { return {.rows = layout.cells[1], .cells = layout.cells[0], .largest = layout.largest[0]}; }

// The weights of each group, and how many numbers are not finite, in one message.
std::vector<double> total_weights(const PhasePoints& points, double scale, const Comm& comm, double& bad) {
  const auto weight = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.weight);
  std::vector<double> total;
  for (int g = 0; g < points.groups(); ++g) {
    total.push_back(points.weighted() ? 0.0 : points.group_start[g + 1] - points.group_start[g]);
    if (points.weighted())
      for (int j = points.group_start[g]; j < points.group_start[g + 1]; ++j) total.back() += weight(j) * scale;
  }
  total.push_back(static_cast<double>(count_not_finite(points)));
  comm.sum(total.data(), static_cast<int>(total.size()));
  bad = total.back();
  total.pop_back();
  return total;
}

// Two planes as one of complex numbers.
template <class Real>
void weave(const Real* first, const Real* second, int row_pitch, const PlaneShape& shape, Real* both) {
  for (int y = 0; y < shape.rows; ++y, first += row_pitch, second += row_pitch, both += 2 * shape.pitch()) {
#pragma omp simd
    for (int x = 0; x < shape.cells; ++x) {
      both[2 * x] = first[x];
      both[2 * x + 1] = second[x];
    }
  }
}

}  // namespace

MemoryNeed mesh_need(const QSet& set, const MeshLayout& layout, const SampleNumbers& sample) {
  const double real = layout.single_precision ? sizeof(float) : sizeof(double);
  const double placed = layout.single_precision ? sizeof(PlacedPoint<float>) : sizeof(PlacedPoint<double>);
  const PlaneSizes sizes = plane_sizes(layout);
  const double two_planes = 4.0 * static_cast<double>(plane_shape(layout).numbers());
  const double planes = std::ceil(static_cast<double>(layout.cells[2]) / sample.ranks);
  const double columns = 2.0 * real * planes * static_cast<double>(column_codes(mesh_modes(set, layout), layout).size());
  const double points = sample.atoms_of_rank();
  const double vectors = set.size();
  MemoryNeed need;
  need.kept = sample.threads * real * (static_cast<double>(sizes.plane) * sizes.slots + two_planes) + columns + 24.0 * vectors;
  need.frame = (28.0 + 2.0 * placed) * points + 4.0 * layout.cells[0] * layout.cells[1] / (tile_cells * tile_cells) + 16.0 * vectors * sample.species();
  if (sample.ranks == 1) return need;
  need.kept += columns;
  // Points that touch the slabs of two ranks, or more, go to each.
  need.frame += 2.0 * placed * points * (1.0 + layout.window.width() / planes);
  return need;
}

template <class Real>
MeshSum<Real>::MeshSum(const QSet& set, const Comm& comm, const MeshLayout& layout)
    : layout_(layout), comm_(comm), vectors_(set.size()), shape_(plane_shape(layout)) {
  for (int thread = 0; thread < HostExec().concurrency(); ++thread) spreaders_.emplace_back(layout_);
  for (std::size_t thread = 0; thread < spreaders_.size(); ++thread) {
    two_planes_.emplace_back("mesh_two_planes", 2 * shape_.numbers());
    between_.emplace_back("mesh_between", 2 * shape_.numbers());
  }

  const std::vector<MeshMode> modes = mesh_modes(set, layout_);
  const std::vector<std::int64_t> columns = column_codes(modes, layout_);
  column_count_ = columns.size();
  find_runs(columns);
  find_picks(modes, columns);

  const int block = ColumnTransform<Real>::block;
  const auto mine = static_cast<int>(first_column(comm_.rank() + 1) - first_column(comm_.rank()));
  const int planes = first_plane(comm_.rank() + 1) - first_plane(comm_.rank());
  plane_stride_ = static_cast<std::size_t>(round_up(static_cast<int>(column_count_), block));
  column_stride_ = static_cast<std::size_t>(round_up(mine, block));
  plane_modes_ = HostArray<Real>("mesh_plane_modes", 2 * plane_stride_ * static_cast<std::size_t>(planes));
  columns_ = comm_.size() == 1
                 ? plane_modes_
                 : HostArray<Real>("mesh_columns", 2 * column_stride_ * static_cast<std::size_t>(layout_.cells[2]));
  if (comm_.size() > 1) {
    ColumnShares shares;
    shares.plane_stride = plane_stride_;
    shares.column_stride = column_stride_;
    for (int rank = 0; rank <= comm_.size(); ++rank) {
      shares.first_plane.push_back(first_plane(rank));
      shares.first_column.push_back(first_column(rank));
    }
    exchange_ = std::make_unique<ColumnExchange<Real>>(comm_, shares);
  }
  if (planes > 0) along_planes_ = std::make_unique<PlaneTransform<Real>>(shape_);
  along_columns_ = ColumnTransform<Real>(layout_.cells[2], static_cast<int>(column_stride_),
                                         reinterpret_cast<Complex*>(columns_.data()));
  // Columns that fill up the last block stay zero.
  Kokkos::deep_copy(columns_, Real{0});
}

template <class Real>
int MeshSum<Real>::first_plane(int rank) const {
  return static_cast<int>(static_cast<std::int64_t>(layout_.cells[2]) * rank / comm_.size());
}

template <class Real>
std::size_t MeshSum<Real>::first_column(int rank) const {
  return column_count_ * static_cast<std::size_t>(rank) / static_cast<std::size_t>(comm_.size());
}

template <class Real>
void MeshSum<Real>::find_runs(const std::vector<std::int64_t>& columns) {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto x = static_cast<int>(columns[c] / shape_.rows), y = static_cast<int>(columns[c] % shape_.rows);
    if (!runs_.empty() && runs_.back().x == x && runs_.back().y + runs_.back().count == y)
      ++runs_.back().count;
    else
      runs_.push_back({x, y, 1, c});
  }
}

template <class Real>
void MeshSum<Real>::find_picks(const std::vector<MeshMode>& modes, const std::vector<std::int64_t>& columns) {
  const std::size_t first = first_column(comm_.rank()), last = first_column(comm_.rank() + 1);
  const auto stride = static_cast<std::size_t>(round_up(static_cast<int>(last - first), ColumnTransform<Real>::block));
  for (std::size_t k = 0; k < modes.size(); ++k) {
    const MeshMode& mode = modes[k];
    const auto found = std::lower_bound(columns.begin(), columns.end(), column_code(mode, layout_));
    const auto column = static_cast<std::size_t>(found - columns.begin());
    if (mode.is_origin()) zeros_.push_back(static_cast<int>(k));
    if (column < first || column >= last) continue;
    picks_.push_back({static_cast<std::size_t>(mode.place[2]) * stride + column - first, mode.factor, static_cast<int>(k), mode.conjugate});
  }
}

// The points whose windows touch this rank's planes.
template <class Real>
std::vector<std::vector<PlacedPoint<Real>>> MeshSum<Real>::to_slabs(std::vector<PlacedPoint<Real>> points) const {
  std::vector<std::vector<PlacedPoint<Real>>> send(static_cast<std::size_t>(comm_.size()));
  if (comm_.size() == 1) {
    send[0] = std::move(points);
    return send;
  }
  const int cells = layout_.cells[2], width = layout_.window.width();
  std::vector<int> owner(static_cast<std::size_t>(cells));
  for (int rank = 0; rank < comm_.size(); ++rank)
    for (int z = first_plane(rank); z < first_plane(rank + 1); ++z) owner[z] = rank;
  for (auto& part : send) part.reserve(2 * points.size() / send.size());
  for (const PlacedPoint<Real>& point : points) {
    int z = point.z;
    const int first = owner[z];
    int last = first;
    send[first].push_back(point);
    if (z + width <= first_plane(first + 1)) continue;
    for (int l = 1; l < width; ++l) {
      z = z + 1 == cells ? 0 : z + 1;
      if (owner[z] == last) continue;
      last = owner[z];
      if (last == first) break;  // once around
      send[last].push_back(point);
    }
  }
  // What stays is not sent.
  const auto own = static_cast<std::size_t>(comm_.rank());
  auto kept = std::exchange(send[own], {});
  auto received = comm_.exchange(send);
  received[own] = std::move(kept);
  return received;
}

// From the points of a group to the wanted columns of this rank's planes, twice each.
template <class Real>
void MeshSum<Real>::transform_planes(const PlacedPoints<Real>& points, int group, double total_weight) {
  const int first = first_plane(comm_.rank()), planes = first_plane(comm_.rank() + 1) - first;
  if (planes == 0) return;
  const auto threads = static_cast<int>(spreaders_.size());
  double background = total_weight;
  for (int d = 0; d < 3; ++d) background *= layout_.window.transform(0.0) / layout_.cells[d];
  auto* all_columns = reinterpret_cast<Complex*>(plane_modes_.data());
  Kokkos::parallel_for("mesh_planes", HostRange(0, threads), [&](int thread) {
    auto* two_planes = reinterpret_cast<Complex*>(two_planes_[thread].data());
    auto* between = reinterpret_cast<Complex*>(between_[thread].data());
    const auto start = [&](int t) { return first + static_cast<int>(static_cast<std::int64_t>(planes) * t / threads); };
    const int last = start(thread + 1);
    if (start(thread) == last) return;
    PlaneSpreader<Real>& spreader = spreaders_[thread];
    spreader.spread(points, group, static_cast<Real>(background), start(thread), last, [&](int z, const Real* rows, const Real* next) {
      weave(rows, next, spreader.pitch(), shape_, reinterpret_cast<Real*>(two_planes));
      (*along_planes_)(two_planes, between);
      Complex* plane = all_columns + plane_stride_ * static_cast<std::size_t>(z - first);
      for (const Run& run : runs_) {
        const Complex *modes = two_planes + shape_.modes_of(run.x) + run.y, *opposite = two_planes + shape_.opposite_of(run.x) + run.y;
        first_of_two(modes, opposite, run.count, plane + run.column);
        if (z + 1 < last) second_of_two(modes, opposite, run.count, plane + plane_stride_ + run.column);
      }
    });
  });
}

template <class Real>
std::vector<std::complex<double>> MeshSum<Real>::operator()(const PhasePoints& points) {
  const double unit = weight_unit(points, comm_);
  double bad = 0.0;
  const std::vector<double> total = total_weights(points, 1.0 / unit, comm_, bad);
  if (bad > 0.0) throw Error(ExitCode::unstable, "density modes: a position, displacement or weight is not finite");

  const auto placed = sort_points(to_slabs(place_points<Real>(points, 1.0 / unit, layout_)), points.groups(), layout_);
  std::vector<std::complex<double>> sums(total.size() * static_cast<std::size_t>(vectors_));
  const int blocks = static_cast<int>(column_stride_) / ColumnTransform<Real>::block;
  auto* columns = reinterpret_cast<Complex*>(columns_.data());
  for (std::size_t g = 0; g < total.size(); ++g) {
    transform_planes(placed, static_cast<int>(g), total[g]);
    if (exchange_) (*exchange_)(reinterpret_cast<const Complex*>(plane_modes_.data()), columns);
    Kokkos::parallel_for("mesh_columns", HostRange(0, blocks),
                         [&](int b) { along_columns_(columns + b * ColumnTransform<Real>::block); });
    auto* group_sums = &sums[g * static_cast<std::size_t>(vectors_)];
    Kokkos::parallel_for("mesh_pick", HostRange(0, static_cast<int>(picks_.size())), [&](int i) {
      const Pick& pick = picks_[i];
      const Complex mode = columns[pick.place];
      const double factor = 0.5 * unit * pick.factor;
      group_sums[pick.vector] = {factor * mode.real(), (pick.conjugate ? -factor : factor) * mode.imag()};
    });
  }
  if (comm_.size() > 1) comm_.sum(reinterpret_cast<double*>(sums.data()), static_cast<int>(2 * sums.size()));
  for (std::size_t g = 0; g < total.size(); ++g)
    for (const int k : zeros_) sums[g * static_cast<std::size_t>(vectors_) + k] = unit * total[g];
  return sums;
}

template class MeshSum<float>;
template class MeshSum<double>;

}  // namespace patina
