// SPDX-License-Identifier: BSD-3-Clause
#include "md/pair_chunks.hpp"

#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "md/pair_search.hpp"
#include "md/potential.hpp"

namespace patina {

namespace {

bool is_positive(const std::array<int, 3>& t) {
  return t[2] != 0 ? t[2] > 0 : t[1] != 0 ? t[1] > 0 : t[0] > 0;
}

OwnImages images_by_original(const Atoms& atoms, const std::vector<int>& row) {
  OwnImages images{HostArray<int>("image_row", row.size()), HostArray<int>("image_original", row.size()),
                   static_cast<int>(row.size())};
  std::vector<int> end(static_cast<std::size_t>(atoms.local) + 1, 0);  // of each original's images, while they are filled in
  for (const int g : row) ++end[static_cast<std::size_t>(atoms.original(g)) + 1];
  std::partial_sum(end.begin(), end.end(), end.begin());
  for (const int g : row) {
    const int k = end[static_cast<std::size_t>(atoms.original(g))]++;
    images.row(k) = g;
    images.original(k) = atoms.original(g);
  }
  return images;
}

void divide(int local, std::vector<PairRun>& runs) {
  const auto count = static_cast<std::size_t>(std::max(1, Kokkos::DefaultHostExecutionSpace().concurrency()));
  runs.resize(count);
  for (std::size_t b = 0; b < count; ++b) {
    runs[b].begin = static_cast<int>(static_cast<long long>(local) * static_cast<long long>(b) / static_cast<long long>(count));
    runs[b].end = static_cast<int>(static_cast<long long>(local) * static_cast<long long>(b + 1) / static_cast<long long>(count));
  }
}

}  // namespace

double PairChunks::entries() const {
  double sum = 0.0;
  for (const PairRun& run : runs)
    for (const ChunkList* list : {&run.inner, &run.outer, &run.inner_ghost, &run.outer_ghost})
      sum += static_cast<double>(list->chunks) * chunk_width;
  return sum;
}

void build_pair_chunks(const Atoms& atoms, const CellGrid& cells, const Array<int>& local_begin,
                       const PairCutoffs& cutoffs, double skin, PairChunks& list) {
  if (atoms.all() >= partner_row_mask)
    fail_one(ExitCode::usage, "a rank with over 268 million atoms and ghosts: use more ranks");
  std::vector<int> images, foreign;
  for (int g = atoms.local; g < atoms.all(); ++g) {
    if (atoms.original(g) < 0)
      foreign.push_back(g);
    else if (is_positive({atoms.shift(g, 0), atoms.shift(g, 1), atoms.shift(g, 2)}))
      images.push_back(g);
  }
  PairSearch search;
  search.grid = &cells;
  const SearchFrame frame = frame_of_places(atoms);
  const Candidates local = local_candidates(atoms, frame);
  search.local = local.view();
  search.images = group_of(atoms, cells, frame, images);
  search.foreign = group_of(atoms, cells, frame, foreign);
  search.local_begin = local_begin.data();
  search.radii = list_radii(cutoffs, skin, frame.extent);
  search.filler = atoms.all();
  search.wide = misplacement(frame.extent) > 0.01;
  search.place = atoms.place;
  search.types = cutoffs.types;
  for (const double cutoff : cutoffs.outer) search.reach_sq.push_back(cutoff > 0.0 ? (cutoff + skin) * (cutoff + skin) : 0.0);

  list.local = atoms.local;
  list.images = images_by_original(atoms, images);
  divide(atoms.local, list.runs);
  Kokkos::parallel_for("search_pairs", HostRange(0, static_cast<int>(list.runs.size())), [&](int b) {
    search_run(atoms, search, list.runs.size() == 1, list.runs[static_cast<std::size_t>(b)]);
  });
}

}  // namespace patina
