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

// Candidate k is atom row[k]; without rows atom k itself.
Candidates candidates_of(const Atoms& atoms, const Frame& frame, const int* row, int count) {
  Candidates c{uninitialised<float>("search_x", count + search_width),
               uninitialised<float>("search_y", count + search_width),
               uninitialised<float>("search_z", count + search_width),
               uninitialised<int>("search_partner", count + search_width)};
  const auto place = atoms.place;
  const auto type = atoms.type;
  Kokkos::parallel_for("fill_candidates", HostRange(0, count), [=](int k) {
    const int i = row ? row[k] : k;
    c.x(k) = static_cast<float>(place(i, 0) - frame.middle[0]);
    c.y(k) = static_cast<float>(place(i, 1) - frame.middle[1]);
    c.z(k) = static_cast<float>(place(i, 2) - frame.middle[2]);
    c.partner(k) = i | type(i) << partner_type_shift;
  });
  for (int k = count; k < count + search_width; ++k) c.x(k) = c.y(k) = c.z(k) = 0.0f, c.partner(k) = 0;
  return c;
}

// Ghosts of one kind, sorted into cells.
struct GhostGroup {
  Candidates candidates;
  Array<int> begin;      // by cell
  HostArray<char> near;  // by cell: whether some of them may be partners of its atoms
};

// Everything that the search of one atom reads.
struct Search {
  const CellGrid* grid;
  const int* local_begin;  // by cell
  SearchAtoms local;
  GhostGroup images, foreign;
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

void append_group(const ChunkKernels& kernels, const GhostGroup& group, const CellGrid& grid, const CellRange& range,
                  const float* r, const PairRadii& radii, Appender& inner, Appender& outer) {
  const SearchAtoms atoms = group.candidates.view();
  const int* begin = group.begin.data();
  for (int z = range.low[2]; z <= range.high[2]; ++z)
    for (int y = range.low[1]; y <= range.high[1]; ++y)
      append_range(kernels, atoms, begin[grid.index(range.low[0], y, z)], begin[grid.index(range.high[0], y, z) + 1], r,
                   radii, inner, outer);
}

void search_atom(const ChunkKernels& kernels, const Search& s, int i, const int (&cell)[3], PairRun& run) {
  const CellGrid& grid = *s.grid;
  const CellRange range = around(grid, cell);
  const int here = grid.index(cell[0], cell[1], cell[2]);
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
    if (s.images.near(here)) append_group(kernels, s.images, grid, range, r, radii, inner, outer);
    inner.finish();
    outer.finish();
  }
  if (!s.foreign.near(here)) return;
  Appender inner(run.inner_ghost, i, s.filler), outer(run.outer_ghost, i, s.filler);
  append_group(kernels, s.foreign, grid, range, r, radii, inner, outer);
  inner.finish();
  outer.finish();
}

// Which rows the run's own pairs touch.
void bound_window(const Atoms& atoms, PairRun& run) {
  run.window_end = run.end;
  run.image_begin = run.image_end = atoms.all();
  for (const ChunkList* list : {&run.inner, &run.outer})
    for (std::size_t k = 0; k < list->chunks * chunk_width; ++k) {
      const int j = list->partner.data()[k];
      if (j < atoms.local)
        run.window_end = std::max(run.window_end, j + 1);
      else
        run.image_begin = std::min(run.image_begin, j);
    }
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
  bound_window(atoms, run);
}

HostArray<char> cells_near(const CellGrid& grid, const int* ghost_begin) {
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

// Ghosts `row`, sorted into cells.
GhostGroup group_of(const Atoms& atoms, const CellGrid& cells, const Frame& frame, const std::vector<int>& row) {
  const int count = static_cast<int>(row.size());
  const auto place = atoms.place;
  HostRows<double, 3> point("ghost_point", count);
  const Array<std::int64_t> key("ghost_key", count);
  HostArray<int> sorted("ghost_row", count);
  Kokkos::parallel_for("ghost_points", HostRange(0, count), [&](int k) {
    for (int d = 0; d < 3; ++d) point(k, d) = place(row[static_cast<std::size_t>(k)], d);
    key(k) = k;
  });
  const CellMembers members = sort_into_cells({point.data(), 3}, count, cells, key);
  Kokkos::parallel_for("ghost_rows", HostRange(0, count),
                       [&](int k) { sorted(k) = row[static_cast<std::size_t>(members.member(k))]; });
  return {candidates_of(atoms, frame, sorted.data(), count), members.begin, cells_near(cells, members.begin.data())};
}

bool is_positive(const std::array<int, 3>& t) {
  return t[2] != 0 ? t[2] > 0 : t[1] != 0 ? t[1] > 0 : t[0] > 0;
}

OwnImages images_by_original(const Atoms& atoms, const std::vector<int>& row) {
  OwnImages images{HostArray<int>("image_begin", atoms.local + 2), HostArray<int>("image_row", row.size()),
                   static_cast<int>(row.size())};
  // Counted one place late, so that filling the rows moves each begin to where it belongs.
  for (const int g : row) ++images.begin(atoms.original(g) + 2);
  for (int i = 2; i < atoms.local + 2; ++i) images.begin(i) += images.begin(i - 1);
  for (const int g : row) images.row(images.begin(atoms.original(g) + 1)++) = g;
  return images;
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
  std::vector<int> images, foreign;
  for (int g = atoms.local; g < atoms.all(); ++g) {
    if (atoms.original(g) < 0)
      foreign.push_back(g);
    else if (is_positive({atoms.shift(g, 0), atoms.shift(g, 1), atoms.shift(g, 2)}))
      images.push_back(g);
  }
  Search search;
  search.grid = &cells;
  search.frame = frame_of_places(atoms);
  const Candidates local_candidates = candidates_of(atoms, search.frame, nullptr, atoms.local);
  search.local = local_candidates.view();
  search.images = group_of(atoms, cells, search.frame, images);
  search.foreign = group_of(atoms, cells, search.frame, foreign);
  search.local_begin = local_begin.data();
  search.radii = list_radii(cutoffs, skin, search.frame.extent);
  search.filler = atoms.all();

  list.local = atoms.local;
  list.images = images_by_original(atoms, images);
  divide(atoms.local, list.runs);
  Kokkos::parallel_for("search_pairs", HostRange(0, static_cast<int>(list.runs.size())), [&](int b) {
    search_run(atoms, search, list.runs[static_cast<std::size_t>(b)]);
  });
}

}  // namespace patina
