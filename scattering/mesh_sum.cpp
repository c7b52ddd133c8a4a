// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/mesh_sum.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.hpp"

namespace patina {

namespace {

int round_up(int n, int unit) { return (n + unit - 1) / unit * unit; }

std::int64_t column_code(const MeshMode& mode, const MeshLayout& layout) {
  return static_cast<std::int64_t>(mode.place[1]) * (layout.largest[0] + 1) + mode.place[0];
}

// (n_y, n_x) of all modes, in order.
std::vector<std::int64_t> column_codes(const std::vector<MeshMode>& modes, const MeshLayout& layout) {
  std::vector<std::int64_t> codes;
  for (const MeshMode& mode : modes) codes.push_back(column_code(mode, layout));
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

// The points of each group; `bad` counts those whose place or weight is not finite.
std::vector<std::vector<MeshPoint>> points_of_groups(const PhasePoints& points, double scale, long long& bad) {
  const auto fractional = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.fractional);
  const auto weight = Kokkos::create_mirror_view_and_copy(HostSpace{}, points.weight);
  std::vector<std::vector<MeshPoint>> groups(static_cast<std::size_t>(points.groups()));
  for (int g = 0; g < points.groups(); ++g) {
    groups[g].reserve(static_cast<std::size_t>(points.group_start[g + 1] - points.group_start[g]));
    for (int j = points.group_start[g]; j < points.group_start[g + 1]; ++j) {
      const double w = points.weighted() ? weight(j) * scale : 1.0;
      groups[g].push_back({{fractional(j, 0), fractional(j, 1), fractional(j, 2)}, w});
      for (int d = 0; d < 3; ++d) bad += std::isfinite(fractional(j, d)) ? 0 : 1;
      bad += std::isfinite(w) ? 0 : 1;
    }
  }
  return groups;
}

}  // namespace

MemoryNeed mesh_need(const QSet& set, const MeshLayout& layout, const SampleNumbers& sample) {
  const double real = layout.single_precision ? sizeof(float) : sizeof(double);
  const double placed = layout.single_precision ? sizeof(PlacedPoint<float>) : sizeof(PlacedPoint<double>);
  const PlaneSizes sizes = plane_sizes(layout);
  const double modes = 2.0 * layout.cells[1] * round_up(layout.cells[0] / 2 + 1, 8);
  const double planes = std::ceil(static_cast<double>(layout.cells[2]) / sample.ranks);
  const double columns = 2.0 * real * planes * static_cast<double>(column_codes(mesh_modes(set, layout), layout).size());
  const double largest_group = static_cast<double>(*std::max_element(sample.count.begin(), sample.count.end()));
  const double points = sample.atoms_of_rank(), placed_points = largest_group / sample.ranks;
  const double vectors = set.size();
  MemoryNeed need;
  need.kept = sample.threads * real * (static_cast<double>(sizes.plane) * sizes.slots + modes) + columns + 24.0 * vectors;
  need.frame = (28.0 + sizeof(MeshPoint)) * points + (2.0 * placed + sizeof(int)) * placed_points + 16.0 * vectors * sample.species();
  if (sample.ranks == 1) return need;
  need.kept += columns;
  // Points that touch the slabs of two ranks, or more, go to each.
  need.frame += 2.0 * sizeof(MeshPoint) * placed_points * (1.0 + layout.window.width() / planes) + 3.0 * columns;
  return need;
}

template <class Real>
MeshSum<Real>::MeshSum(const QSet& set, const Comm& comm, const MeshLayout& layout)
    : layout_(layout), comm_(comm), vectors_(set.size()) {
  for (int thread = 0; thread < HostExec().concurrency(); ++thread) spreaders_.emplace_back(layout_);
  shape_ = {.rows = layout_.cells[1],
            .cells = layout_.cells[0],
            .pitch = spreaders_[0].pitch(),
            .columns = layout_.largest[0] + 1,
            .mode_pitch = round_up(layout_.cells[0] / 2 + 1, 8)};
  for (std::size_t thread = 0; thread < spreaders_.size(); ++thread)
    modes_.emplace_back("mesh_modes", 2 * static_cast<std::size_t>(shape_.rows) * shape_.mode_pitch);

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
    const auto y = static_cast<int>(columns[c] / shape_.columns), x = static_cast<int>(columns[c] % shape_.columns);
    if (!runs_.empty() && runs_.back().y == y && runs_.back().x + runs_.back().count == x)
      ++runs_.back().count;
    else
      runs_.push_back({y, x, 1, c});
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
std::vector<MeshPoint> MeshSum<Real>::to_slabs(std::vector<MeshPoint> points) const {
  if (comm_.size() == 1) return points;
  const int cells = layout_.cells[2], width = layout_.window.width();
  std::vector<int> owner(static_cast<std::size_t>(cells));
  for (int rank = 0; rank < comm_.size(); ++rank)
    for (int z = first_plane(rank); z < first_plane(rank + 1); ++z) owner[z] = rank;
  std::vector<std::vector<MeshPoint>> send(static_cast<std::size_t>(comm_.size()));
  for (auto& part : send) part.reserve(2 * points.size() / send.size());
  for (const MeshPoint& point : points) {
    double t = 0.0;
    int z = first_cell(point.fractional[2], cells, width, t);
    const int first = owner[z];
    int last = first;
    send[first].push_back(point);
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
  std::vector<MeshPoint> kept = std::exchange(send[own], {});
  auto received = comm_.exchange(send);
  received[own] = std::move(kept);
  std::vector<MeshPoint> all;
  all.reserve(std::accumulate(received.begin(), received.end(), std::size_t{0}, [](std::size_t sum, const auto& part) { return sum + part.size(); }));
  for (const auto& part : received) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// From points to the wanted columns of this rank's planes.
template <class Real>
void MeshSum<Real>::transform_planes(const std::vector<MeshPoint>& points, double total_weight) {
  const int first = first_plane(comm_.rank()), planes = first_plane(comm_.rank() + 1) - first;
  if (planes == 0) return;
  const PlacedPoints<Real> placed = place_points<Real>(points, layout_);
  const auto threads = static_cast<int>(spreaders_.size());
  double background = total_weight;
  for (int d = 0; d < 3; ++d) background *= layout_.window.transform(0.0) / layout_.cells[d];
  auto* all_columns = reinterpret_cast<Complex*>(plane_modes_.data());
  Kokkos::parallel_for("mesh_planes", HostRange(0, threads), [&](int thread) {
    auto* modes = reinterpret_cast<Complex*>(modes_[thread].data());
    const auto start = [&](int t) { return first + static_cast<int>(static_cast<std::int64_t>(planes) * t / threads); };
    if (start(thread) == start(thread + 1)) return;
    const auto mean = static_cast<Real>(background);
    spreaders_[thread].spread(placed, mean, start(thread), start(thread + 1), [&](int z, Real* rows) {
      (*along_planes_)(rows, modes);
      Complex* plane = all_columns + plane_stride_ * static_cast<std::size_t>(z - first);
      for (const Run& run : runs_)
        std::copy_n(modes + static_cast<std::size_t>(run.y) * shape_.mode_pitch + run.x, run.count, plane + run.column);
    });
  });
}

// From all columns of some planes to some columns of all planes.
template <class Real>
void MeshSum<Real>::exchange_columns() {
  if (comm_.size() == 1) return;
  const auto* all_columns = reinterpret_cast<const Complex*>(plane_modes_.data());
  auto* columns = reinterpret_cast<Complex*>(columns_.data());
  const int planes = first_plane(comm_.rank() + 1) - first_plane(comm_.rank());
  const auto plane = [&](int z) { return all_columns + plane_stride_ * static_cast<std::size_t>(z); };
  std::vector<std::vector<Complex>> send(static_cast<std::size_t>(comm_.size()));
  for (int rank = 0; rank < comm_.size(); ++rank) {
    if (rank == comm_.rank()) continue;
    const std::size_t first = first_column(rank), last = first_column(rank + 1);
    send[rank].reserve((last - first) * static_cast<std::size_t>(planes));
    for (int z = 0; z < planes; ++z) send[rank].insert(send[rank].end(), plane(z) + first, plane(z) + last);
  }
  const auto received = comm_.exchange(send);
  const std::size_t first = first_column(comm_.rank()), mine = first_column(comm_.rank() + 1) - first;
  for (int rank = 0; rank < comm_.size(); ++rank) {
    const bool own = rank == comm_.rank();
    for (int z = first_plane(rank); z < first_plane(rank + 1); ++z) {
      const int number = z - first_plane(rank);
      const Complex* from = own ? plane(number) + first : received[rank].data() + mine * static_cast<std::size_t>(number);
      std::copy_n(from, mine, columns + column_stride_ * static_cast<std::size_t>(z));
    }
  }
}

template <class Real>
std::vector<std::complex<double>> MeshSum<Real>::operator()(const PhasePoints& points) {
  const double unit = weight_unit(points, comm_);
  long long bad = 0;
  auto groups = points_of_groups(points, 1.0 / unit, bad);
  if (comm_.sum(bad) != 0) throw Error(ExitCode::unstable, "density modes: a position, displacement or weight is not finite");

  std::vector<std::complex<double>> sums(groups.size() * static_cast<std::size_t>(vectors_));
  std::vector<double> total(groups.size(), 0.0);
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (const MeshPoint& point : groups[g]) total[g] += point.weight;
  comm_.sum(total.data(), static_cast<int>(total.size()));
  const int blocks = static_cast<int>(column_stride_) / ColumnTransform<Real>::block;
  auto* columns = reinterpret_cast<Complex*>(columns_.data());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    transform_planes(to_slabs(std::move(groups[g])), total[g]);
    exchange_columns();
    Kokkos::parallel_for("mesh_columns", HostRange(0, blocks),
                         [&](int b) { along_columns_(columns + b * ColumnTransform<Real>::block); });
    auto* group_sums = &sums[g * static_cast<std::size_t>(vectors_)];
    Kokkos::parallel_for("mesh_pick", HostRange(0, static_cast<int>(picks_.size())), [&](int i) {
      const Pick& pick = picks_[i];
      const Complex mode = columns[pick.place];
      const double factor = unit * pick.factor;
      group_sums[pick.vector] = {factor * mode.real(), (pick.conjugate ? -factor : factor) * mode.imag()};
    });
  }
  if (comm_.size() > 1) comm_.sum(reinterpret_cast<double*>(sums.data()), static_cast<int>(2 * sums.size()));
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (const int k : zeros_) sums[g * static_cast<std::size_t>(vectors_) + k] = unit * total[g];
  return sums;
}

template class MeshSum<float>;
template class MeshSum<double>;

}  // namespace patina
