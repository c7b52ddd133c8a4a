// SPDX-License-Identifier: BSD-3-Clause
// Truth: the plain loops (the generic version), which the other tests compare with LAMMPS and with the Kokkos kernels.
// Every instruction set that this machine runs must give the same whole numbers, for tables of densities that are
// symmetric and that are not, with and without sums for partners and energies, and find the same partners. The passes
// without energies, which take the short way, must give the sums of those with, and tell pairs for which it is too short.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
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

constexpr int rows = 201;
constexpr int filler = rows - 1;
constexpr double mixed_step = 0x1p-26;  // A

struct Chunks {
  std::vector<double> place;
  std::vector<int> type, atom, partner;
  std::vector<unsigned char> partner_type;
};

// Random partners of random atoms in a box of 12 A: near, far, beyond the cutoff, and on one place; some chunks are not full.
// Behind them one of fillers, for passes that take two at once.
Chunks random_chunks() {
  Chunks c;
  for (int i = 0; i < rows; ++i) {
    const Vec3 r = 6.0 * random_vector(1, i);
    c.place.insert(c.place.end(), {r[0], r[1], r[2], -0.3 + 0.001 * i});
    c.type.push_back(i % 2);
  }
  for (int d = 0; d < 3; ++d) c.place[4 * filler + d] = 1e12;
  for (int n = 0; n < 76; ++n) {
    c.atom.push_back((7 * n) % filler);
    for (int k = 0; k < chunk_width; ++k) {
      const int j = n == 75 || (n % 3 == 0 && k > 5) ? filler : k == 5 ? c.atom.back() : (13 * n + 29 * k + 1) % filler;
      c.partner.push_back(4 * j);
      c.partner_type.push_back(static_cast<unsigned char>(c.type[static_cast<std::size_t>(j)]));
    }
  }
  return c;
}

// Places for mixed precision; the filler where other atoms are.
std::vector<std::uint32_t> in_steps(const std::vector<double>& places) {
  std::vector<std::uint32_t> steps;
  for (std::size_t k = 0; k < places.size(); k += 4) {
    for (std::size_t d = 0; d < 3; ++d) {
      const double x = places[k + d];
      steps.push_back(static_cast<std::uint32_t>(x < 1e6 ? std::llrint(x / mixed_step) : 0));
    }
    steps.push_back(std::bit_cast<std::uint32_t>(static_cast<float>(places[k + 3])));
  }
  return steps;
}

struct Result {
  std::vector<std::int64_t> density, force;
  double closest_sq = 0.0;
  long long energy = 0;
  bool fits = false;  // of the pass of forces
  friend bool operator==(const Result&, const Result&) = default;
};

// The passes of one version in one precision, over the same pairs.
template <class Number, class Place>
Result run(const PairPasses<Number, Place>& passes, const ChunkTables<Number>& tables, const Chunks& c,
           const std::vector<Place>& places, bool others, bool energies) {
  Result result;
  result.density.resize(rows);
  result.force.resize(4 * rows);
  ChunkPass<Place> pass;
  pass.place = places.data();
  pass.place_step = mixed_step;
  pass.type = c.type.data();
  pass.chunks = c.atom.size() - 1;
  pass.atom = c.atom.data();
  pass.partner = c.partner.data();
  pass.partner_type = c.partner_type.data();
  pass.filler = 4 * filler;
  pass.own = result.density.data();
  if (others) pass.others = pass.own;
  result.closest_sq = passes.densities(tables, pass);
  pass.own = result.force.data();
  if (others) pass.others = pass.own;
  __int128 energy = 0;
  result.fits = passes.forces(tables, pass, energies ? &energy : nullptr);
  result.energy = static_cast<long long>(energy);
  return result;
}

template <class Number, class Place>
void compare(const ChunkTables<Number>& tables, const Chunks& chunks, const std::vector<Place>& places,
             PairPasses<Number, Place> ChunkKernels::*precision, bool weak) {
  const auto versions = chunk_kernel_versions();
  for (const bool others : {false, true}) {
    const Result expected = run(versions.all[versions.count - 1]->*precision, tables, chunks, places, others, true);
    EXPECT_TRUE(expected.fits);
    EXPECT_NE(expected.energy, 0);
    EXPECT_EQ(expected.density[filler], 0);
    for (int v = 0; v < versions.count; ++v) {
      EXPECT_TRUE(run(versions.all[v]->*precision, tables, chunks, places, others, true) == expected)
          << versions.all[v]->name << " others " << others;
      const Result brief = run(versions.all[v]->*precision, tables, chunks, places, others, false);
      EXPECT_EQ(brief.fits, weak) << versions.all[v]->name << " others " << others;
      EXPECT_EQ(brief.density, expected.density);
      if (weak) { EXPECT_TRUE(brief.force == expected.force) << versions.all[v]->name << " others " << others; }
    }
  }
}

// The same without pairs nearer than 2 A: none has a strong force.
Chunks weakened(Chunks c) {
  for (std::size_t n = 0; n < c.atom.size(); ++n)
    for (int k = 0; k < chunk_width; ++k) {
      int& partner = c.partner[n * chunk_width + static_cast<std::size_t>(k)];
      double r_sq = 0.0;
      for (int d = 0; d < 3; ++d) r_sq += std::pow(c.place[4 * c.atom[n] + d] - c.place[partner + d], 2);
      if (r_sq < 2.0 * 2.0) partner = 4 * filler;
    }
  return c;
}

TEST(ChunkKernels, EveryVersionGivesTheSameBits) {
  for (const EamFunctions& functions : {cu_zr(), read_eam_file(test_potential("NiAlH_jea.eam.fs"), {"Ni", "Al"})}) {
    const EamPotential potential(make_eam_tables(functions), Precision::mixed);
    for (const bool weak : {false, true}) {
      const Chunks chunks = weak ? weakened(random_chunks()) : random_chunks();
      compare(potential.chunk_tables(), chunks, chunks.place, &ChunkKernels::in_double, weak);
      compare(potential.single_chunk_tables(), chunks, in_steps(chunks.place), &ChunkKernels::mixed, weak);
    }
  }
}

// Truth: the double passes. Each pair is right to some 1e-6 of the forces of close pairs, and none is missing.
TEST(ChunkKernels, MixedPrecisionDiffersByRoundingOnly) {
  const ChunkKernels& kernels = chunk_kernels();
  const Chunks chunks = weakened(random_chunks());
  const EamPotential potential(make_eam_tables(cu_zr()), Precision::mixed);
  const Result full = run(kernels.in_double, potential.chunk_tables(), chunks, chunks.place, true, true);
  const Result mixed = run(kernels.mixed, potential.single_chunk_tables(), chunks, in_steps(chunks.place), true, true);
  const auto densities = [](const Result& result, const auto& tables) {
    std::vector<double> rho;
    for (const std::int64_t sum : result.density) rho.push_back(static_cast<double>(sum) / tables.density_units);
    return rho;
  };
  const std::vector<double> rho = densities(full, potential.chunk_tables());
  const std::vector<double> single = densities(mixed, potential.single_chunk_tables());
  const double largest = *std::max_element(rho.begin(), rho.end());
  for (std::size_t i = 0; i < rows; ++i) EXPECT_NEAR(single[i], rho[i], 2e-6 * largest);
  EXPECT_NEAR(static_cast<double>(mixed.energy), static_cast<double>(full.energy), 1e-6 * std::abs(static_cast<double>(full.energy)));
}

TEST(ChunkKernels, EveryVersionFindsTheSamePartners) {
  const auto versions = chunk_kernel_versions();
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
  // With outer partners, and where the inner radii are all there is.
  PairRadii apart, alike;
  for (int t = 0; t < 3; ++t) {
    apart.inner_sq[t] = alike.inner_sq[t] = alike.outer_sq[t] = 36.0f + 5.0f * static_cast<float>(t);
    apart.outer_sq[t] = 60.0f + 3.0f * static_cast<float>(t);
  }
  const float r[3] = {0.25f, -0.5f, 0.0f};
  for (const PairRadii& radii : {apart, alike}) {
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
}

}  // namespace
}  // namespace patina::test
