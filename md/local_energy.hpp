// SPDX-License-Identifier: BSD-3-Clause
// What the energy of a sample changes by if two atoms of unlike species, a at place i and b at place j, change places, all other atoms staying where
// they are. For each place two sums over its neighbours k are kept, for an atom of any type t that would stand there:
//   U_i(t) = sum_k phi_tt(k)(r_ik),   D_i(t) = sum_k rho_t(k)t(r_ik)
// With X sums over the distances between i and j, and Y over those of an atom from its own images (both for small cells only more than one),
//   dE = U_i(b) - U_i(a) + U_j(a) - U_j(b) + 2 X_ab - X_aa - X_bb - 2 Y_ab + Y_aa + Y_bb + sum [F(rho') - F(rho)]
// where the last sum goes over i, j and all whose density one of them changes. So an attempt costs nothing where there is no density, else a
// walk over the neighbours that feel it, which are listed once; only an exchange that takes place looks for all neighbours. Periodic images of atoms are points of their
// own, sorted into small bins: cells may be tilted, smaller than the cutoff, or open. The whole sample stands in the memory of one process, and
// sums are made in one order: the same numbers however many ranks a run has. Functions are those of the engine's tables
// (md/eam_tables.hpp), in double precision. eV, Angstrom.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/box.hpp"
#include "md/local_tables.hpp"

namespace patina {

class LocalEnergy {
 public:
  // `place`, `type`: of each site; places within the cell along periodic axes. The tables must outlive it.
  LocalEnergy(const Box& box, const std::vector<Vec3>& place, const std::vector<int>& type, const LocalTables& tables);

  // eV, if the atoms at two sites, of unlike types, changed places.
  double change(int first, int second);
  // Lets those of the last change() do so.
  void exchange();

  int type(int site) const { return type_[static_cast<std::size_t>(site)]; }

  // Bytes that it keeps of `points` sites and images, of which each site has sums for each type and so many neighbours that feel its density.
  static double bytes(double sites, double points, double neighbours, int types);

 private:
  struct Near {
    int site;
    double r_sq;
  };
  // A neighbour that feels the density of an atom, and where the tables are looked up for it.
  struct Felt {
    int site, row;
    double p;
  };
  // What the atom at a site is to become.
  struct Embedded {
    int site = 0, type = 0;
    double density = 0.0, energy = 0.0;
  };

  void add_images(const std::vector<Vec3>& place, std::vector<Vec3>& point, std::vector<int>& site) const;
  void sort_into_bins(const std::vector<Vec3>& point, const std::vector<int>& site);
  void sum_all();
  // Points nearer to a site than sqrt(limit_sq), but for itself; until the next call.
  std::span<const Near> near(int site, double limit_sq);
  // Square distances between two sites, or of a site and its own images, that count.
  const std::vector<double>& distances_sq(int first, int second);
  double pair_sum(const std::vector<double>& r_sq, int s, int t) const;
  double density_sum(const std::vector<double>& r_sq, int source, int target) const;
  // Adds what an atom at `site` of another type changes of its neighbours' densities.
  void change_densities(int site, int from, int to, int other_site);
  // The same of all sums, for good.
  void settle_around(int site, int from, int to);

  double& pair_at(int site, int type) { return pair_[static_cast<std::size_t>(site * types_ + type)]; }
  double& density_at(int site, int type) { return density_[static_cast<std::size_t>(site * types_ + type)]; }

  Box box_;
  const LocalTables& tables_;
  int types_;
  std::vector<int> type_;
  std::vector<double> pair_, density_;  // U and D of each site and type
  std::vector<double> embedding_;       // F of the atom at each site
  std::vector<double> own_images_sq_;   // square distances of an atom from its images

  // Points in the order of their bins, each run of bins along x in one piece.
  std::vector<double> x_, y_, z_;
  std::vector<int> site_of_point_, point_of_site_, bin_of_site_;
  double bin_width_ = 0.0;
  std::array<int, 3> bins_{}, most_images_{};
  std::vector<int> first_in_bin_;

  std::vector<Felt> felt_;              // by site, those of k from first_felt_[k] on
  std::vector<std::size_t> first_felt_;

  std::vector<Near> near_;
  std::vector<double> r_sq_, between_sq_;
  std::array<Embedded, 2> pending_;
  std::vector<Embedded> touched_;
  std::vector<int> place_in_touched_;  // -1: not among them
};

}  // namespace patina
