// SPDX-License-Identifier: BSD-3-Clause
#include "small_sample.hpp"

#include "md/eam_file.hpp"
#include "random_numbers.hpp"
#include "reference_eam.hpp"

namespace patina::test {

const EamFunctions& cu_zr() {
  static const EamFunctions functions = read_eam_file(test_potential("CuZr_mm.eam.fs"), {"Cu", "Zr"});
  return functions;
}

Structure small_sample(const Mat3& shear) {
  constexpr int cells = 4;
  constexpr double spacing = 2.62;
  Structure structure;
  structure.species = {"Cu", "Zr"};
  structure.mass = {63.546, 91.224};
  structure.box = Box(cells * spacing * shear, {{-1.3, 0.4, 2.0}}, {true, true, true});
  for (int k = 0; k < cells * cells * cells; ++k) {
    const Vec3 site = {{double(k % cells), double(k / cells % cells), double(k / cells / cells)}};
    const Vec3 s = (1.0 / cells) * (site + 0.12 * random_vector(11, k));
    structure.id.push_back(k + 1);
    structure.type.push_back(k * 7 % 13 < 8 ? 0 : 1);
    structure.position.push_back(structure.box.to_cartesian(s));
  }
  return structure;
}

Comm alone() { return Comm::split(Comm::world(), Comm::world().rank()); }

}  // namespace patina::test
