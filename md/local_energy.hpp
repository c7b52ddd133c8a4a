// SPDX-License-Identifier: BSD-3-Clause
// What the energy of a sample changes by if two atoms of unlike species change places, all other atoms staying where they are: with S the
// two places and t', rho' species and densities afterwards,
//   dE = sum over pairs with a place in S of [phi_t't'(r) - phi_tt(r)] + sum over S and all within the cutoff of it of [F_t'(rho') - F_t(rho)]
// Places do not change, so distances are looked for among points that were sorted into small bins once, periodic images
// among them: cells may be tilted, smaller than the cutoff, or open. The whole sample stands in the memory of one process, and sums are
// made in one order: the same numbers however many ranks a run has. Functions are those of the engine's tables (md/eam_tables.hpp),
// in double precision. eV, Angstrom.
#pragma once

#include <array>
#include <vector>

#include "core/box.hpp"
#include "md/eam_tables.hpp"

namespace patina {

// The engine's tables on the host, a cell of all that a pair needs in one line of memory.
class LocalTables {
 public:
  explicit LocalTables(const EamTables& tables);

  int types() const { return types_; }
  bool dense() const { return dense_; }  // some density is not zero
  double longest_sq() const { return longest_sq_; }
  double closest_sq() const { return closest_sq_; }
  TablePoint<double> at_distance(double r) const;
  // Of types s and t, of which the first contributes the density.
  double pair_energy(int s, int t, double r_sq, const TablePoint<double>& at, double inverse_r) const;
  double density(int s, int t, double r_sq, const TablePoint<double>& at) const;
  double embedding_energy(int t, double density) const;

 private:
  struct Cell {
    double r_phi[4], density[4];
  };
  std::size_t pair_of(int s, int t) const { return static_cast<std::size_t>(s * types_ + t); }

  int types_, r_rows_, rho_rows_;
  double inv_r_step_, inv_rho_step_, rho_max_, longest_sq_, closest_sq_;
  bool dense_ = false;
  std::vector<double> pair_cutoff_sq_, density_cutoff_sq_;  // by pair_of()
  std::vector<Cell> cells_;                                 // pair_of() * r_rows + row
  std::vector<std::array<double, 4>> embedding_;            // t * rho_rows + row
};

class LocalEnergy {
 public:
  // `place`, `type`: of each site; places within the cell along periodic axes. The tables must outlive it.
  LocalEnergy(const Box& box, const std::vector<Vec3>& place, const std::vector<int>& type, const LocalTables& tables);

  // eV, if the atoms at two sites changed places.
  double change(int first, int second);
  // Lets those of the last change() do so.
  void exchange();

  int type(int site) const { return type_[static_cast<std::size_t>(site)]; }

  // Bytes that it keeps of `points` sites and images.
  static constexpr double bytes_per_point = 3 * sizeof(Vec3) + 4 * sizeof(double) + 8 * sizeof(int);

 private:
  struct Near {
    int site;
    double r_sq;
  };
  // What a site becomes.
  struct Embedded {
    int site = 0;
    double density = 0.0, energy = 0.0;
  };

  void add_images(const Box& box, const std::vector<Vec3>& place, std::vector<Vec3>& point, std::vector<int>& site) const;
  void sort_into_bins(const std::vector<Vec3>& point, const std::vector<int>& site);
  void sum_densities();
  const std::vector<Near>& near(int site);
  // Adds what changes around one of the two sites; returns its energy of pairs, and its density afterwards.
  double change_around(int site, int from, int to, double& density);
  bool is_changing(int site) const { return site == pending_[0].site || site == pending_[1].site; }
  int type_afterwards(int site) const;

  const LocalTables& tables_;
  std::vector<int> type_;
  std::vector<double> density_, embedding_;  // of each site

  // Points in the order of their bins, each run of bins along x in one piece.
  std::vector<double> x_, y_, z_;
  std::vector<int> site_of_point_, point_of_site_, bin_of_site_;
  std::array<int, 3> bins_{};
  std::vector<int> first_in_bin_;

  std::vector<Near> near_;
  std::vector<double> r_sq_;
  std::array<Embedded, 2> pending_;
  std::vector<Embedded> touched_;
  std::vector<int> place_in_touched_;  // -1: not among them
};

}  // namespace patina
