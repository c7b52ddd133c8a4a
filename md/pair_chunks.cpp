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

// Candidates of the atoms of a few neighbouring cells, copied side by side: the search runs over them without a break.
class Gathered {
 public:
  void clear() { count_ = 0; }
  int count() const { return count_; }
  SearchAtoms view() const { return {x_.data(), y_.data(), z_.data(), partner_.data()}; }
  // Reads and writes whole vectors, beyond the ends too.
  void add(const SearchAtoms& from, int first, int last) {
    const auto room = static_cast<std::size_t>(count_ + (last - first) + 2 * search_width);
    if (room > x_.size())
      for (std::vector<float>* v : {&x_, &y_, &z_}) v->resize(2 * room);
    if (room > partner_.size()) partner_.resize(2 * room);
    const SearchAtoms source = from;
    float *x = x_.data() + count_, *y = y_.data() + count_, *z = z_.data() + count_;
    int* partner = partner_.data() + count_;
    for (int k = 0; k < last - first; k += search_width) {
      std::memcpy(x + k, source.x + first + k, search_width * sizeof(float));
      std::memcpy(y + k, source.y + first + k, search_width * sizeof(float));
      std::memcpy(z + k, source.z + first + k, search_width * sizeof(float));
      std::memcpy(partner + k, source.partner + first + k, search_width * sizeof(int));
    }
    count_ += last - first;
  }

 private:
  std::vector<float> x_, y_, z_;
  std::vector<int> partner_;
  int count_ = 0;
};

// Where the partners of a block's atoms may be: two cells on either side. `own` begins with the block's atoms themselves.
struct Surroundings {
  Gathered own, foreign;
};

// Rows of cells along x, whose members follow each other.
void add_rows(const CellGrid& grid, const SearchAtoms& atoms, const int* begin, const int (&low)[3], const int (&high)[3],
              Gathered& candidates) {
  for (int z = low[2]; z <= high[2]; ++z)
    for (int y = low[1]; y <= high[1]; ++y) {
      const int first = begin[grid.index(low[0], y, z)], last = begin[grid.index(high[0], y, z) + 1];
      if (first < last) candidates.add(atoms, first, last);
    }
}

// Of the block of cells [x, x_end) in row (y, z), whose atoms begin with `first`: a pair of local atoms stands with that
// which comes first.
void survey(const Search& s, int first, int x, int x_end, int y, int z, Surroundings& around) {
  const CellGrid& grid = *s.grid;
  const int last[3] = {grid.count[0] - 1, grid.count[1] - 1, grid.count[2] - 1};
  const int low[3] = {std::max(x - 2, 0), std::max(y - 2, 0), std::max(z - 2, 0)};
  const int high[3] = {std::min(x_end + 1, last[0]), std::min(y + 2, last[1]), std::min(z + 2, last[2])};
  around.own.clear();
  around.foreign.clear();
  around.own.add(s.local, first, s.local_begin[grid.index(high[0], y, z) + 1]);
  add_rows(grid, s.local, s.local_begin, {low[0], y + 1, z}, {high[0], high[1], z}, around.own);
  add_rows(grid, s.local, s.local_begin, {low[0], low[1], z + 1}, high, around.own);
  if (s.images.count > 0) add_rows(grid, s.images.candidates.view(), s.images.begin.data(), low, high, around.own);
  if (s.foreign.count > 0) add_rows(grid, s.foreign.candidates.view(), s.foreign.begin.data(), low, high, around.foreign);
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
    for (std::size_t c = 0; c < chunks; ++c)
      split_types(partner + c * chunk_width, list_.partner_type.data() + used_ + c * chunk_width);
    list_.chunks += chunks;
  }
  int* tail;

 private:
  // Of a chunk: as many as fit a vector.
  static void split_types(int* __restrict partner, unsigned char* __restrict type) {
    for (int k = 0; k < chunk_width; ++k) {
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

// Partners of atom i among the candidates from `first` on.
void search_atom(const Search& s, const Gathered& candidates, int first, int i, ChunkList& inner_list, ChunkList& outer_list) {
  const float r[3] = {s.local.x[i], s.local.y[i], s.local.z[i]};
  const PairRadii& radii = s.radii[static_cast<std::size_t>(s.local.partner[i] >> partner_type_shift)];
  const auto most = static_cast<std::size_t>(candidates.count());
  Appender inner(inner_list, most), outer(outer_list, most);
  chunk_kernels().search(candidates.view(), first, candidates.count(), r, radii, inner.tail, outer.tail);
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

// The atoms [first, last) of a block of cells.
void search_block(const Search& s, const Surroundings& around, int first, int last, PairRun& run) {
  for (int i = first; i < last; ++i) {
    search_atom(s, around.own, i - first + 1, i, run.inner, run.outer);
    if (around.foreign.count() > 0) search_atom(s, around.foreign, 0, i, run.inner_ghost, run.outer_ghost);
  }
}

void search_run(const Atoms& atoms, const Search& s, bool alone, PairRun& run) {
  // Longer blocks copy less for each atom, but have more candidates that are too far away.
  constexpr int block_cells = 3;
  const CellGrid& grid = *s.grid;
  run.inner.chunks = run.outer.chunks = run.inner_ghost.chunks = run.outer_ghost.chunks = 0;
  Surroundings around;
  // Atoms are sorted into cells: those of a row of cells follow each other.
  for (int z = 0; z < grid.count[2]; ++z)
    for (int y = 0; y < grid.count[1]; ++y) {
      if (s.local_begin[grid.index(grid.count[0] - 1, y, z) + 1] <= run.begin || s.local_begin[grid.index(0, y, z)] >= run.end) continue;
      for (int x = 0; x < grid.count[0]; x += block_cells) {
        const int x_end = std::min(x + block_cells, grid.count[0]);
        const int first = std::max(run.begin, s.local_begin[grid.index(x, y, z)]);
        const int last = std::min(run.end, s.local_begin[grid.index(x_end - 1, y, z) + 1]);
        if (first >= last) continue;
        survey(s, first, x, x_end, y, z, around);
        search_block(s, around, first, last, run);
      }
    }
  if (run.begin < run.end)
    for (ChunkList* list : {&run.inner, &run.outer, &run.inner_ghost, &run.outer_ghost}) pad(*list, run.begin, s.filler);
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
