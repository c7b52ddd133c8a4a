// SPDX-License-Identifier: BSD-3-Clause
#include "md/pair_chunks.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/error.hpp"
#include "md/chunk_kernels.hpp"
#include "md/potential.hpp"

namespace patina {

namespace {

using HostRange = Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace, Kokkos::IndexType<int>>;
constexpr int search_width = 16;  // the search reads and writes so many at a time, beyond the ends too

// Copies of atoms for the search: single precision, relative to the middle of all of them.
struct Candidates {
  HostArray<float> x, y, z;
  HostArray<int> partner;
  SearchAtoms view() const { return {x.data(), y.data(), z.data(), partner.data()}; }
};

struct Frame {
  Vec3 middle;
  double extent = 0.0;  // largest distance from the middle along an axis, A
};

template <class T>
HostArray<T> uninitialised(const char* label, int count) {
  return HostArray<T>(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), count);
}

Frame frame_of_places(const Atoms& atoms) {
  const auto place = atoms.place;
  Frame frame;
  for (int d = 0; d < 3; ++d) {
    Kokkos::MinMax<double>::value_type range;
    Kokkos::parallel_reduce(
        "extent", HostRange(0, atoms.all()),
        [=](int i, Kokkos::MinMax<double>::value_type& r) {
          r.min_val = std::min(r.min_val, place(i, d));
          r.max_val = std::max(r.max_val, place(i, d));
        },
        Kokkos::MinMax<double>(range));
    if (atoms.all() == 0) break;
    frame.middle[d] = 0.5 * (range.min_val + range.max_val);
    frame.extent = std::max(frame.extent, 0.5 * (range.max_val - range.min_val));
  }
  return frame;
}

// Candidate k is atom member(k); without members atom k itself.
Candidates candidates_of(const Atoms& atoms, const Frame& frame, const int* member, int first, int count) {
  Candidates c{uninitialised<float>("search_x", count + search_width),
               uninitialised<float>("search_y", count + search_width),
               uninitialised<float>("search_z", count + search_width),
               uninitialised<int>("search_partner", count + search_width)};
  const auto place = atoms.place;
  const auto type = atoms.type;
  Kokkos::parallel_for("fill_candidates", HostRange(0, count), [=](int k) {
    const int i = first + (member ? member[k] : k);
    c.x(k) = static_cast<float>(place(i, 0) - frame.middle[0]);
    c.y(k) = static_cast<float>(place(i, 1) - frame.middle[1]);
    c.z(k) = static_cast<float>(place(i, 2) - frame.middle[2]);
    c.partner(k) = i | type(i) << partner_type_shift;
  });
  for (int k = count; k < count + search_width; ++k) c.x(k) = c.y(k) = c.z(k) = 0.0f, c.partner(k) = 0;
  return c;
}

// Everything that the search of one atom reads.
struct Search {
  const CellGrid* grid;
  const int *local_begin, *ghost_begin;  // by cell
  SearchAtoms local, ghost;
  const char* near_ghosts;  // by cell: whether ghosts may be partners of its atoms
  Frame frame;
  std::vector<PairRadii> radii;  // by type of the first atom
  int filler = 0;                // partner that fills up chunks
};

struct CellRange {
  int low[3], high[3];
};
CellRange around(const CellGrid& grid, const int (&c)[3]) {
  CellRange range;
  for (int d = 0; d < 3; ++d) {
    range.low[d] = std::max(c[d] - 2, 0);
    range.high[d] = std::min(c[d] + 2, grid.count[d] - 1);
  }
  return range;
}

// Appends what `visit_rows` finds for one atom, and fills up the last chunk.
class Appender {
 public:
  Appender(ChunkList& list, int atom, int filler) : list_(list), atom_(atom), filler_(filler) {}
  int* begin(std::size_t candidates) {
    const std::size_t used = list_.chunks * chunk_width + pending_;
    list_.partner.reserve(used + candidates + 2 * search_width, used);
    return list_.partner.data() + used;
  }
  void end(const int* tail) {
    pending_ = static_cast<std::size_t>(tail - list_.partner.data()) - list_.chunks * chunk_width;
  }
  void finish() {
    int* tail = begin(0);
    for (int k = 0; k < chunk_width; ++k) tail[k] = filler_;
    const std::size_t chunks = (pending_ + chunk_width - 1) / chunk_width;
    const std::size_t used = list_.chunks * chunk_width;
    list_.atom.reserve(list_.chunks + chunks, list_.chunks);
    list_.partner_type.reserve(used + chunks * chunk_width, used);
    for (std::size_t c = 0; c < chunks; ++c) list_.atom.data()[list_.chunks + c] = atom_;
    int* partner = list_.partner.data() + used;
    unsigned char* type = list_.partner_type.data() + used;
    for (std::size_t k = 0; k < chunks * chunk_width; ++k) {
      type[k] = static_cast<unsigned char>(partner[k] >> partner_type_shift);
      partner[k] &= partner_row_mask;
    }
    list_.chunks += chunks;
  }

 private:
  ChunkList& list_;
  int atom_, filler_;
  std::size_t pending_ = 0;  // entries beyond the finished chunks
};

void append_range(const ChunkKernels& kernels, const SearchAtoms& atoms, int first, int last, const float* r,
                  const PairRadii& radii, Appender& inner, Appender& outer) {
  if (first >= last) return;
  const auto candidates = static_cast<std::size_t>(last - first);
  int* inner_tail = inner.begin(candidates);
  int* outer_tail = outer.begin(candidates);
  kernels.search(atoms, first, last, r, radii, inner_tail, outer_tail);
  inner.end(inner_tail);
  outer.end(outer_tail);
}

void search_atom(const ChunkKernels& kernels, const Search& s, int i, const int (&cell)[3], PairRun& run) {
  const CellGrid& grid = *s.grid;
  const CellRange range = around(grid, cell);
  const float r[3] = {s.local.x[i], s.local.y[i], s.local.z[i]};
  const PairRadii& radii = s.radii[static_cast<std::size_t>(s.local.partner[i] >> partner_type_shift)];
  {
    Appender inner(run.inner, i, s.filler), outer(run.outer, i, s.filler);
    // Later atoms only: the rest of this row of cells, then the rows beyond.
    append_range(kernels, s.local, i + 1, s.local_begin[grid.index(range.high[0], cell[1], cell[2]) + 1], r,
                 radii, inner, outer);
    for (int z = cell[2]; z <= range.high[2]; ++z)
      for (int y = z == cell[2] ? cell[1] + 1 : range.low[1]; y <= range.high[1]; ++y)
        append_range(kernels, s.local, s.local_begin[grid.index(range.low[0], y, z)],
                     s.local_begin[grid.index(range.high[0], y, z) + 1], r, radii, inner, outer);
    inner.finish();
    outer.finish();
  }
  if (!s.near_ghosts[grid.index(cell[0], cell[1], cell[2])]) return;
  Appender inner(run.inner_ghost, i, s.filler), outer(run.outer_ghost, i, s.filler);
  for (int z = range.low[2]; z <= range.high[2]; ++z)
    for (int y = range.low[1]; y <= range.high[1]; ++y)
      append_range(kernels, s.ghost, s.ghost_begin[grid.index(range.low[0], y, z)],
                   s.ghost_begin[grid.index(range.high[0], y, z) + 1], r, radii, inner, outer);
  inner.finish();
  outer.finish();
}

void search_run(const Atoms& atoms, const Search& search, PairRun& run) {
  const ChunkKernels& kernels = chunk_kernels();
  run.inner.chunks = run.outer.chunks = run.inner_ghost.chunks = run.outer_ghost.chunks = 0;
  const auto place = atoms.place;
  for (int i = run.begin; i < run.end; ++i) {
    const Vec3 r = {{place(i, 0), place(i, 1), place(i, 2)}};
    search_atom(kernels, search, i,
                {search.grid->along(0, r), search.grid->along(1, r), search.grid->along(2, r)}, run);
  }
  run.window_end = run.end;
  for (const ChunkList* list : {&run.inner, &run.outer})
    for (std::size_t k = 0; k < list->chunks * chunk_width; ++k) {
      const int j = list->partner.data()[k];
      if (j < atoms.local) run.window_end = std::max(run.window_end, j + 1);
    }
}

HostArray<char> find_near_ghosts(const CellGrid& grid, const int* ghost_begin) {
  HostArray<char> near("near_ghosts", grid.cells());
  Kokkos::parallel_for("near_ghosts", HostRange(0, grid.cells()), [=](int c) {
    const int cell[3] = {c % grid.count[0], c / grid.count[0] % grid.count[1],
                         c / grid.count[0] / grid.count[1]};
    const CellRange range = around(grid, cell);
    for (int z = range.low[2]; z <= range.high[2]; ++z)
      for (int y = range.low[1]; y <= range.high[1]; ++y)
        if (ghost_begin[grid.index(range.low[0], y, z)] < ghost_begin[grid.index(range.high[0], y, z) + 1])
          near(c) = 1;
  });
  return near;
}

// Radii of the lists, with what single precision may misplace an atom by.
std::vector<PairRadii> list_radii(const PairCutoffs& cutoffs, double skin, double extent) {
  const double margin = skin + 1e-6 * extent + 1e-6;
  const auto squared = [&](double cutoff) {
    return cutoff > 0.0 ? static_cast<float>((cutoff + margin) * (cutoff + margin)) : 0.0f;
  };
  std::vector<PairRadii> radii(static_cast<std::size_t>(cutoffs.types));
  for (int s = 0; s < cutoffs.types; ++s)
    for (int t = 0; t < cutoffs.types; ++t) {
      const auto st = static_cast<std::size_t>(s * cutoffs.types + t);
      radii[static_cast<std::size_t>(s)].inner_sq[t] = squared(cutoffs.inner[st]);
      radii[static_cast<std::size_t>(s)].outer_sq[t] = squared(cutoffs.outer[st]);
    }
  return radii;
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

template <class T>
void PagedBuffer<T>::reserve(std::size_t count, std::size_t kept) {
  if (count <= capacity_) return;
  constexpr std::size_t page = 1u << 21;
  const std::size_t bytes = (std::max(count, capacity_ + capacity_ / 2) * sizeof(T) + page - 1) / page * page;
  auto* grown = static_cast<T*>(std::aligned_alloc(page, bytes));
  if (!grown) throw std::bad_alloc();
  madvise(grown, bytes, MADV_HUGEPAGE);
  if (kept > 0) std::memcpy(grown, data_.get(), kept * sizeof(T));
  data_.reset(grown);
  capacity_ = bytes / sizeof(T);
}

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
  const Array<std::int64_t> key("ghost_key", atoms.ghost);
  const int local = atoms.local;
  Kokkos::parallel_for("ghost_key", HostRange(0, atoms.ghost), [=](int k) { key(k) = k; });
  const PointRows ghost_points{atoms.place.data() + 4 * static_cast<std::ptrdiff_t>(local), 4};
  const CellMembers ghosts = sort_into_cells(ghost_points, atoms.ghost, cells, key);

  Search search;
  search.grid = &cells;
  search.frame = frame_of_places(atoms);
  const Candidates local_candidates = candidates_of(atoms, search.frame, nullptr, 0, local);
  const Candidates ghost_candidates =
      candidates_of(atoms, search.frame, ghosts.member.data(), local, atoms.ghost);
  const HostArray<char> near_ghosts = find_near_ghosts(cells, ghosts.begin.data());
  search.local = local_candidates.view();
  search.ghost = ghost_candidates.view();
  search.local_begin = local_begin.data();
  search.ghost_begin = ghosts.begin.data();
  search.near_ghosts = near_ghosts.data();
  search.radii = list_radii(cutoffs, skin, search.frame.extent);
  search.filler = atoms.all();

  list.local = local;
  divide(local, list.runs);
  Kokkos::parallel_for("search_pairs", HostRange(0, static_cast<int>(list.runs.size())), [&](int b) {
    search_run(atoms, search, list.runs[static_cast<std::size_t>(b)]);
  });
}

}  // namespace patina
