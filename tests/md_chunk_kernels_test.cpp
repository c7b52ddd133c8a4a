// SPDX-License-Identifier: BSD-3-Clause
// Truth: the plain loops (the generic version), which the other tests compare with LAMMPS and with the Kokkos kernels.
// Every instruction set that this machine runs must give the same whole numbers, for tables of densities that are
// symmetric and that are not, with and without sums for partners and energies, and find the same partners.
#include <gtest/gtest.h>

#include <vector>

#include "lammps_reference.hpp"
#include "md/chunk_kernels.hpp"
#include "md/eam.hpp"
#include "md/eam_file.hpp"
#include "random_numbers.hpp"
#include "reference_eam.hpp"
#include "small_sample.hpp"

namespace patina::test {
namespace {

constexpr int rows = 200;

struct Chunks {
  std::vector<double> place;
  std::vector<int> type, atom, partner;
  std::vector<unsigned char> partner_type;
};

// Random partners of random atoms in a box of 12 A: near, far, beyond the cutoff, and on one place.
Chunks random_chunks() {
  Chunks c;
  for (int i = 0; i < rows; ++i) {
    const Vec3 r = 6.0 * random_vector(1, i);
    c.place.insert(c.place.end(), {r[0], r[1], r[2], -0.3 + 0.001 * i});
    c.type.push_back(i % 2);
  }
  for (int n = 0; n < 75; ++n) {
    c.atom.push_back((7 * n) % rows);
    for (int k = 0; k < chunk_width; ++k) {
      const int j = k == 5 ? c.atom.back() : (13 * n + 29 * k + 1) % rows;
      c.partner.push_back(j);
      c.partner_type.push_back(static_cast<unsigned char>(c.type[static_cast<std::size_t>(j)]));
    }
  }
  return c;
}

struct Result {
  std::vector<std::int64_t> density, force;
  double closest_sq = 0.0;
  long long energy = 0;
  friend bool operator==(const Result&, const Result&) = default;
};

Result run(const ChunkKernels& kernels, const ChunkTables& tables, const Chunks& c, bool others, bool energies) {
  Result result;
  result.density.resize(rows);
  result.force.resize(4 * rows);
  ChunkPass pass;
  pass.place = c.place.data();
  pass.type = c.type.data();
  pass.chunks = c.atom.size();
  pass.atom = c.atom.data();
  pass.partner = c.partner.data();
  pass.partner_type = c.partner_type.data();
  pass.own = result.density.data();
  if (others) pass.others = pass.own;
  result.closest_sq = kernels.densities(tables, pass);
  pass.own = result.force.data();
  if (others) pass.others = pass.own;
  __int128 energy = 0;
  kernels.forces(tables, pass, energies ? &energy : nullptr);
  result.energy = static_cast<long long>(energy);
  return result;
}

TEST(ChunkKernels, EveryVersionGivesTheSameBits) {
  const ChunkKernelVersions versions = chunk_kernel_versions();
  const ChunkKernels& plain = *versions.all[versions.count - 1];
  const Chunks chunks = random_chunks();
  for (const EamFunctions& functions : {cu_zr(), read_eam_file(test_potential("NiAlH_jea.eam.fs"), {"Ni", "Al"})}) {
    const EamPotential potential(make_eam_tables(functions));
    const ChunkTables& tables = potential.chunk_tables();
    for (const bool others : {false, true})
      for (const bool energies : {false, true}) {
        const Result expected = run(plain, tables, chunks, others, energies);
        EXPECT_EQ(expected.closest_sq, 0.0);
        EXPECT_EQ(expected.energy != 0, energies);
        for (int v = 0; v + 1 < versions.count; ++v)
          EXPECT_TRUE(run(*versions.all[v], tables, chunks, others, energies) == expected)
              << versions.all[v]->name << " others " << others << " energies " << energies;
      }
  }
}

TEST(ChunkKernels, EveryVersionFindsTheSamePartners) {
  const ChunkKernelVersions versions = chunk_kernel_versions();
  // A multiple of 1/4 A: squares are exact in single precision, whether products are fused or not.
  std::vector<float> x, y, z;
  std::vector<int> partner;
  for (int k = 0; k < rows + 16; ++k) {
    const Vec3 r = 40.0 * random_vector(2, k);
    x.push_back(0.25f * std::round(static_cast<float>(r[0])));
    y.push_back(0.25f * std::round(static_cast<float>(r[1])));
    z.push_back(0.25f * std::round(static_cast<float>(r[2])));
    partner.push_back(k | (k % 3) << partner_type_shift);
  }
  PairRadii radii;
  for (int t = 0; t < 3; ++t) {
    radii.inner_sq[t] = 36.0f + 5.0f * static_cast<float>(t);
    radii.outer_sq[t] = 60.0f + 3.0f * static_cast<float>(t);
  }
  const float r[3] = {0.25f, -0.5f, 0.0f};
  for (const int last : {0, 1, 15, 16, 17, 100, rows}) {
    std::vector<int> inner, outer;
    for (int k = 0; k < last; ++k) {
      const float d[3] = {x[k] - r[0], y[k] - r[1], z[k] - r[2]};
      const float r_sq = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
      if (r_sq < radii.inner_sq[k % 3])
        inner.push_back(partner[static_cast<std::size_t>(k)]);
      else if (r_sq < radii.outer_sq[k % 3])
        outer.push_back(partner[static_cast<std::size_t>(k)]);
    }
    for (int v = 0; v < versions.count; ++v) {
      std::vector<int> found_inner(rows + 32), found_outer(rows + 32);
      int *inner_tail = found_inner.data(), *outer_tail = found_outer.data();
      versions.all[v]->search({x.data(), y.data(), z.data(), partner.data()}, 0, last, r, radii, inner_tail, outer_tail);
      found_inner.resize(static_cast<std::size_t>(inner_tail - found_inner.data()));
      found_outer.resize(static_cast<std::size_t>(outer_tail - found_outer.data()));
      EXPECT_EQ(found_inner, inner) << versions.all[v]->name << ' ' << last;
      EXPECT_EQ(found_outer, outer) << versions.all[v]->name << ' ' << last;
    }
  }
}

}  // namespace
}  // namespace patina::test
