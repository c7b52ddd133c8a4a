// SPDX-License-Identifier: BSD-3-Clause
// The film that came down on a substrate: the atoms whose ids follow the substrate's. What it is like, and a sample of it alone.
#pragma once

#include <cstdint>
#include <vector>

#include "md/structure.hpp"
#include "md/system.hpp"

namespace patina {

struct FilmReport {
  std::int64_t atoms = 0;
  // Of the slab between the planes through the film that leave a third of its atoms below and a third above: free of both surfaces.
  double density_inv_A3 = 0.0;
  double density_g_per_cm3 = 0.0;
  std::int64_t substrate_atoms = 0;  // in that slab, counted in the densities
  double thickness_A = 0.0;          // of all its atoms at that density
};

// Of at least three atoms. Collective.
FilmReport report_film(const System& system, std::int64_t substrate_atoms);

struct FilmCut {
  std::int64_t substrate_atoms = 0;
  // Which of its atoms are kept, in order of height: from this part of them to that.
  double from = 0.0, to = 1.0;
  // The cell is periodic along z, its edge that of what is kept and a gap; else free, the edge without a gap.
  bool periodic = false;
  double gap_A = 0.0;
};

// How many atoms it keeps of so many.
std::int64_t kept_atoms(const FilmCut& cut, std::int64_t film_atoms);

// Planes of the cut go half way between the last atom that is left out and the first that is kept, through the last atom where none is left out.
Structure cut_film(const Structure& sample, const FilmCut& cut);

// All atoms, in order of id, on all ranks. Collective.
Structure whole_sample(const System& system);

}  // namespace patina
