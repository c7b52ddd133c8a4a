// SPDX-License-Identifier: BSD-3-Clause
// What the tests of the engine compute on: a small disordered Cu-Zr sample and its potential.
#pragma once

#include "core/mpi.hpp"
#include "md/eam_tables.hpp"
#include "md/structure.hpp"

namespace patina::test {

// CuZr_mm.eam.fs for Cu and Zr.
const EamFunctions& cu_zr();

// 64 atoms in a cell of 10.5 A, displaced B2-like: disordered, with forces of a few eV/A.
Structure small_sample(const Mat3& shear = diagonal({{1, 1, 1}}));

// Each rank alone.
Comm alone();

}  // namespace patina::test
