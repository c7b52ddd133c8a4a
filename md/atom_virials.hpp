// SPDX-License-Identifier: BSD-3-Clause
// The virial of each atom, of which stresses of parts of a sample are sums:
//   W_i = 1/2 sum_j r_ij f_ij,   f_ij = -(F'_i rho'_{t(j)t(i)} + F'_j rho'_{t(i)t(j)} + phi') r_ij / r
// with f_ij the force that j exerts on i. Half of each pair belongs to either atom, so the sum over atoms is the virial of the sample; how it is
// shared is a convention (LAMMPS's stress/atom has the same), of which sums over regions much larger than the cutoff hardly depend.
// [Thompson, Plimpton & Mattson, J. Chem. Phys. 131, 154107 (2009), doi 10.1063/1.3245303] eV.
#pragma once

#include "md/eam_tables.hpp"
#include "md/engine.hpp"

namespace patina {

// Rows of local atoms: xx, yy, zz, xy, xz, yz, for the places that compute() saw last. Of an engine of pairs by rows (EngineOptions::chunks false) in
// double precision, with the tables that it has.
Rows<double, 6> atom_virials(const System& system, const Engine& engine, const EamTables& tables);

}  // namespace patina
