// SPDX-License-Identifier: BSD-3-Clause
#include "md/pair_search.hpp"

#include <algorithm>
#include <cstring>

namespace patina {

namespace {

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
void survey(const PairSearch& s, int first, int x, int x_end, int y, int z, Surroundings& around) {
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
    split_types(partner, list_.partner_type.data() + used_, chunks);
    list_.chunks += chunks;
  }
  int* tail;

 private:
  static void split_types(int* __restrict partner, unsigned char* __restrict type, std::size_t chunks) {
    // A loop of chunks, which leaves the compiler's vectors no odd end.
    for (; chunks > 0; --chunks, partner += chunk_width, type += chunk_width)
      for (int k = 0; k < chunk_width; ++k) {
        type[k] = static_cast<unsigned char>(partner[k] >> partner_type_shift);
        partner[k] = 4 * (partner[k] & partner_row_mask);
      }
  }
  ChunkList& list_;
  std::size_t used_;
};

// Of what the search found from `first` on, keeps what is within reach in double precision. Returns the end.
int* drop_far(const PairSearch& s, int i, int* first, int* last) {
  const int own = s.local.partner[i] >> partner_type_shift;
  return std::remove_if(first, last, [&](int entry) {
    const int j = entry & partner_row_mask;
    double r_sq = 0.0;
    for (int d = 0; d < 3; ++d) r_sq += (s.place(j, d) - s.place(i, d)) * (s.place(j, d) - s.place(i, d));
    return !(r_sq < s.reach_sq[static_cast<std::size_t>(own * s.types + (entry >> partner_type_shift))]);
  });
}

// The density pass finds zero for an outer partner, so that lanes left over by the inner ones can take some.
void finish(const PairSearch& s, Appender& inner, Appender& outer, int atom) {
  if (s.wide)
    for (Appender* found : {&inner, &outer}) found->tail = drop_far(s, atom, found->first(), found->tail);
  inner.fill_from(outer);
  inner.finish(atom, s.filler);
  outer.finish(atom, s.filler);
}

// Partners of atom i among the candidates from `first` on.
void search_atom(const PairSearch& s, const Gathered& candidates, int first, int i, ChunkList& inner_list, ChunkList& outer_list) {
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
void search_block(const PairSearch& s, const Surroundings& around, int first, int last, PairRun& run) {
  for (int i = first; i < last; ++i) {
    search_atom(s, around.own, i - first + 1, i, run.inner, run.outer);
    if (around.foreign.count() > 0) search_atom(s, around.foreign, 0, i, run.inner_ghost, run.outer_ghost);
  }
}

}  // namespace

void search_run(const Atoms& atoms, const PairSearch& s, bool alone, PairRun& run) {
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

}  // namespace patina
