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
  Array<int> begin;  // by cell
  int count = 0;
};

// Everything that the search of one atom reads.
struct Search {
  const CellGrid* grid;
  const int* local_begin;  // by cell
  SearchAtoms local;
  GhostGroup images, foreign;
  Frame frame;
  std::vector<PairRadii> radii;  // by type of the first atom
  // Some atom is so far away that single precision widens the lists: their pairs are measured again.
  bool wide = false;
  Rows<double, 4> place;
  std::vector<double> reach_sq;  // of pairs of types
  int types = 0;
  int filler = 0;                // partner that fills up chunks
};

// Candidates [first, last).
struct Stretch {
  int first, last;
};

// Where the partners of one cell's atoms may be: two cells on either side. Rows of cells along x are stretches.
struct Surroundings {
  int row_end = 0;             // end of the cell's own row: what follows an atom up to there
  std::vector<Stretch> later;  // local atoms in later rows
  std::vector<Stretch> images, foreign;
  std::size_t own_candidates = 0, foreign_candidates = 0;
};

std::size_t add_rows(const CellGrid& grid, const int* begin, const int (&low)[3], const int (&high)[3],
                     std::vector<Stretch>& stretches) {
  std::size_t candidates = 0;
  for (int z = low[2]; z <= high[2]; ++z)
    for (int y = low[1]; y <= high[1]; ++y) {
      const Stretch row = {begin[grid.index(low[0], y, z)], begin[grid.index(high[0], y, z) + 1]};
      if (row.first == row.last) continue;
      stretches.push_back(row);
      candidates += static_cast<std::size_t>(row.last - row.first);
    }
  return candidates;
}

void survey(const Search& s, const int (&c)[3], Surroundings& around) {
  const CellGrid& grid = *s.grid;
  int low[3], high[3];
  for (int d = 0; d < 3; ++d) {
    low[d] = std::max(c[d] - 2, 0);
    high[d] = std::min(c[d] + 2, grid.count[d] - 1);
  }
  around.later.clear();
  around.images.clear();
  around.foreign.clear();
  around.row_end = s.local_begin[grid.index(high[0], c[1], c[2]) + 1];
  const auto row_length = static_cast<std::size_t>(around.row_end - s.local_begin[grid.index(c[0], c[1], c[2])]);
  around.own_candidates = row_length +
                          add_rows(grid, s.local_begin, {low[0], c[1] + 1, c[2]}, {high[0], high[1], c[2]}, around.later) +
                          add_rows(grid, s.local_begin, {low[0], low[1], c[2] + 1}, high, around.later);
  if (s.images.count > 0) around.own_candidates += add_rows(grid, s.images.begin.data(), low, high, around.images);
  around.foreign_candidates =
      s.foreign.count > 0 ? add_rows(grid, s.foreign.begin.data(), low, high, around.foreign) : 0;
}

// Takes one atom's partners behind a list's chunks, and makes chunks of them.
class Appender {
 public:
  Appender(ChunkList& list, std::size_t candidates) : list_(list), used_(list.chunks * chunk_width) {
    list_.partner.reserve(used_ + candidates + 2 * search_width, used_);
    tail = list_.partner.data() + used_;
  }
  int* first() { return list_.partner.data() + used_; }
  // Moves partners from the other's end into the lanes that the last chunk has left.
  void fill_from(Appender& other) {
    const auto count = static_cast<std::size_t>(tail - (list_.partner.data() + used_));
    const auto there = static_cast<std::size_t>(other.tail - (other.list_.partner.data() + other.used_));
    const std::size_t moved = std::min((chunk_width - count % chunk_width) % chunk_width, there);
    other.tail -= moved;
    tail = std::copy_n(other.tail, moved, tail);
  }
  void finish(int atom, int filler) {
    int* partner = list_.partner.data() + used_;
    const auto count = static_cast<std::size_t>(tail - partner);
    const std::size_t chunks = (count + chunk_width - 1) / chunk_width;
    for (std::size_t k = count; k < chunks * chunk_width; ++k) partner[k] = filler;
    list_.atom.reserve(list_.chunks + chunks, list_.chunks);
    list_.partner_type.reserve(used_ + chunks * chunk_width, used_);
    for (std::size_t c = 0; c < chunks; ++c) list_.atom.data()[list_.chunks + c] = atom;
    split_types(partner, list_.partner_type.data() + used_, chunks * chunk_width);
    list_.chunks += chunks;
  }
  int* tail;

 private:
  static void split_types(int* __restrict partner, unsigned char* __restrict type, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      type[k] = static_cast<unsigned char>(partner[k] >> partner_type_shift);
      partner[k] = 4 * (partner[k] & partner_row_mask);
    }
  }
  ChunkList& list_;
  std::size_t used_;
};

// Of what the search found from `first` on, keeps what is within reach in double precision. Returns the end.
int* drop_far(const Search& s, int i, int* first, int* last) {
  const int own = s.local.partner[i] >> partner_type_shift;
  return std::remove_if(first, last, [&](int entry) {
    const int j = entry & partner_row_mask;
    double r_sq = 0.0;
    for (int d = 0; d < 3; ++d) r_sq += (s.place(j, d) - s.place(i, d)) * (s.place(j, d) - s.place(i, d));
    return !(r_sq < s.reach_sq[static_cast<std::size_t>(own * s.types + (entry >> partner_type_shift))]);
  });
}

// The density pass finds zero for an outer partner, so that lanes left over by the inner ones can take some.
void finish(const Search& s, Appender& inner, Appender& outer, int atom) {
  if (s.wide)
    for (Appender* found : {&inner, &outer}) found->tail = drop_far(s, atom, found->first(), found->tail);
  inner.fill_from(outer);
  inner.finish(atom, s.filler);
  outer.finish(atom, s.filler);
}

void search_atom(const ChunkKernels& kernels, const Search& s, const Surroundings& around, int i, PairRun& run) {
  const float r[3] = {s.local.x[i], s.local.y[i], s.local.z[i]};
  const PairRadii& radii = s.radii[static_cast<std::size_t>(s.local.partner[i] >> partner_type_shift)];
  const auto search = [&](const SearchAtoms& atoms, const std::vector<Stretch>& stretches, Appender& inner, Appender& outer) {
    for (const Stretch& k : stretches) kernels.search(atoms, k.first, k.last, r, radii, inner.tail, outer.tail);
  };
  {
    Appender inner(run.inner, around.own_candidates), outer(run.outer, around.own_candidates);
    kernels.search(s.local, i + 1, around.row_end, r, radii, inner.tail, outer.tail);
    search(s.local, around.later, inner, outer);
    search(s.images.candidates.view(), around.images, inner, outer);
    finish(s, inner, outer, i);
  }
  if (around.foreign.empty()) return;
  Appender inner(run.inner_ghost, around.foreign_candidates), outer(run.outer_ghost, around.foreign_candidates);
  search(s.foreign.candidates.view(), around.foreign, inner, outer);
  finish(s, inner, outer, i);
}

// One chunk of fillers behind the last, not counted, for passes that take two at once.
void pad(ChunkList& list, int atom, int filler) {
  const std::size_t used = list.chunks * chunk_width;
  list.atom.reserve(list.chunks + 1, list.chunks);
  list.partner.reserve(used + chunk_width, used);
  list.partner_type.reserve(used + chunk_width, used);
  list.atom.data()[list.chunks] = atom;
  std::fill_n(list.partner.data() + used, chunk_width, 4 * filler);
  std::fill_n(list.partner_type.data() + used, chunk_width, static_cast<unsigned char>(0));
}

// Which rows the run's own pairs touch.
void bound_window(const Atoms& atoms, bool alone, PairRun& run) {
  run.window_end = run.end;
  run.image_begin = alone ? atoms.local : atoms.all();
  run.image_end = atoms.all();
  if (alone) return;  // all rows are its own
  for (const ChunkList* list : {&run.inner, &run.outer})
    for (std::size_t k = 0; k < list->chunks * chunk_width; ++k) {
      const int j = list->partner.data()[k] / 4;
      if (j < atoms.local)
        run.window_end = std::max(run.window_end, j + 1);
      else
        run.image_begin = std::min(run.image_begin, j);
    }
}

void search_run(const Atoms& atoms, const Search& search, bool alone, PairRun& run) {
  const ChunkKernels& kernels = chunk_kernels();
  const CellGrid& grid = *search.grid;
  run.inner.chunks = run.outer.chunks = run.inner_ghost.chunks = run.outer_ghost.chunks = 0;
  const auto position = atoms.position;
  Surroundings around;
  int surveyed = -1;
  for (int i = run.begin; i < run.end; ++i) {
    // As the atoms were sorted into cells: atoms of a cell follow each other.
    const Vec3 r = {{position(i, 0), position(i, 1), position(i, 2)}};
    const int cell[3] = {grid.along(0, r), grid.along(1, r), grid.along(2, r)};
    const int index = grid.index(cell[0], cell[1], cell[2]);
    if (index != surveyed) survey(search, cell, around);
    surveyed = index;
    search_atom(kernels, search, around, i, run);
  }
  if (run.begin < run.end)
    for (ChunkList* list : {&run.inner, &run.outer, &run.inner_ghost, &run.outer_ghost})
      pad(*list, run.begin, search.filler);
  bound_window(atoms, alone, run);
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
  return {candidates_of(atoms, frame, sorted.data(), count), members.begin, count};
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

// What single precision may misplace an atom by, A.
double misplacement(double extent) { return 1e-6 * extent + 1e-6; }

// Radii of the search.
std::vector<PairRadii> list_radii(const PairCutoffs& cutoffs, double skin, double extent) {
  const double margin = skin + misplacement(extent);
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
  search.wide = misplacement(search.frame.extent) > 0.01;
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
