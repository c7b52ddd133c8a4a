// SPDX-License-Identifier: BSD-3-Clause
#include "scattering/whole_mesh.hpp"

#include "core/error.hpp"
#include "core/exact_sum.hpp"

namespace patina {

namespace {

std::size_t rows_of(const MeshLayout& layout) { return static_cast<std::size_t>(layout.cells[1]) * layout.cells[2]; }

WholePicks make_picks(const QSet& set, const MeshLayout& layout) {
  std::vector<std::int64_t> place;
  std::vector<double> factor;
  std::vector<char> conjugate;
  WholePicks picks;
  for (const MeshMode& mode : mesh_modes(set, layout)) {
    if (mode.is_origin()) picks.origin.push_back(static_cast<int>(place.size()));
    const std::int64_t row = static_cast<std::int64_t>(mode.place[2]) * layout.cells[1] + mode.place[1];
    place.push_back(row * (whole_pitch(layout.cells[0]) / 2) + mode.place[0]);
    factor.push_back(mode.factor);
    conjugate.push_back(mode.conjugate ? 1 : 0);
  }
  picks.place = to_device(place);
  picks.factor = to_device(factor);
  picks.conjugate = to_device(conjugate);
  return picks;
}

// The sum of the weights of points first..last-1, in units of the largest: the same bits in any order.
double total_weight(const PhasePoints& points, int first, int last, double per_weight_unit) {
  if (!points.weighted()) return last - first;
  const auto weight = points.weight;
  ExactSums<1> sums;
  Kokkos::parallel_reduce(
      "mesh_total_weight", Range(first, last), KOKKOS_LAMBDA(int j, ExactSums<1>& all) { all.add(0, weight(j) * per_weight_unit); },
      sums);
  return static_cast<double>(sums.sum[0]) * exact_sum_unit;
}

// Real numbers of the values less `background`, rows as far apart as the transform wants them.
template <class Real>
void to_real(const Array<std::int64_t>& whole, double unit, double background, int cells_x, const Array<Real>& mesh) {
  const auto from = whole;
  const auto to = mesh;
  const int pitch = whole_pitch(cells_x);
  Kokkos::parallel_for(
      "mesh_to_real", CellRange(0, static_cast<std::int64_t>(whole.extent(0))), KOKKOS_LAMBDA(std::int64_t i) {
        const double value = static_cast<double>(from(i)) * unit - background;
        to(i / cells_x * pitch + i % cells_x) = static_cast<Real>(value);
      });
}

// The wanted modes, the window undone.
template <class Real>
void pick(const Array<Real>& mesh, const WholePicks& picks, double weight_unit, const Rows<double, 2>& sums) {
  const auto modes = mesh;
  const auto place = picks.place;
  const auto factor = picks.factor;
  const auto conjugate = picks.conjugate;
  const auto result = sums;
  Kokkos::parallel_for(
      "mesh_pick", Range(0, static_cast<int>(place.extent(0))), KOKKOS_LAMBDA(int k) {
        const double scale = weight_unit * factor(k);
        result(k, 0) = scale * modes(2 * place(k));
        result(k, 1) = (conjugate(k) ? -scale : scale) * modes(2 * place(k) + 1);
      });
}

}  // namespace

MemoryNeed whole_mesh_need(const QSet& set, const MeshLayout& layout, const SampleNumbers& sample) {
  const double real = layout.single_precision ? sizeof(float) : sizeof(double);
  const double rows = static_cast<double>(rows_of(layout)), vectors = set.size();
  MemoryNeed need;
  const double row = sizeof(std::int64_t) * static_cast<double>(layout.cells[0]) + 2.0 * real * whole_pitch(layout.cells[0]);
  need.kept = rows * row + 17.0 * vectors;
  need.frame = 28.0 * sample.atoms_of_rank() + (32.0 + 16.0 * sample.species()) * vectors;
  return need;
}

template <class Real>
WholeMesh<Real>::WholeMesh(const QSet& set, const Comm& comm, const MeshLayout& layout)
    : layout_(layout),
      comm_(comm),
      window_(spread_window(layout)),
      picks_(make_picks(set, layout)),
      whole_("whole_mesh", rows_of(layout) * static_cast<std::size_t>(layout.cells[0])),
      mesh_("mesh", rows_of(layout) * static_cast<std::size_t>(whole_pitch(layout.cells[0]))),
      transform_(layout.cells, mesh_) {}

template <class Real>
std::vector<std::complex<double>> WholeMesh<Real>::operator()(const PhasePoints& points) const {
  if (comm_.sum(count_not_finite(points)) != 0)
    throw Error(ExitCode::unstable, "density modes: a position, displacement or weight is not finite");
  const double unit = weight_unit(points, comm_);
  double mean_of_one = 1.0;  // what a weight of 1 adds to every cell on average
  for (int d = 0; d < 3; ++d) mean_of_one *= layout_.window.transform(0.0) / layout_.cells[d];

  const std::size_t vectors = picks_.place.extent(0);
  const Rows<double, 2> picked("mesh_picked", vectors);
  std::vector<std::complex<double>> sums;
  for (int g = 0; g < points.groups(); ++g) {
    const int first = points.group_start[g], last = points.group_start[g + 1];
    const double total = total_weight(points, first, last, 1.0 / unit);
    const double step = spread_whole(points, first, last, 1.0 / unit, window_, whole_);
    to_real(whole_, step, total * mean_of_one, layout_.cells[0], mesh_);
    transform_();
    pick(mesh_, picks_, unit, picked);
    const auto host = Kokkos::create_mirror_view_and_copy(HostSpace{}, picked);
    for (std::size_t k = 0; k < vectors; ++k) sums.emplace_back(host(k, 0), host(k, 1));
    for (const int k : picks_.origin) sums[g * vectors + k] = unit * total;
  }
  comm_.sum(reinterpret_cast<double*>(sums.data()), static_cast<int>(2 * sums.size()));
  return sums;
}

template class WholeMesh<float>;
template class WholeMesh<double>;

}  // namespace patina
