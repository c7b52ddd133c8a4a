// SPDX-License-Identifier: BSD-3-Clause
// Truths: the plain double sum over all atoms and images (tests/reference_eam) for boxes smaller than the
// cutoff; central differences of the energy for forces and virial; invariance under translation, rotation,
// permutation, images and doubling; one rank, for any grid of ranks and for positions followed through
// refreshes and rebuilds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine_result.hpp"
#include "reference_eam.hpp"
#include "small_sample.hpp"

namespace patina::test {
namespace {

double energy_of(const Structure& structure) { return compute(alone(), structure, cu_zr()).energy; }

TEST(Engine, ForcesAreTheGradientOfTheEnergy) {
  if (Comm::world().size() > 1) GTEST_SKIP() << "many energies of one rank";
  const Structure sample = small_sample();
  const auto forces = compute(alone(), sample, cu_zr()).force;
  const auto error_at = [&](double h) {
    double sum_sq = 0.0;
    for (const std::size_t atom : {0u, 17u, 42u}) {
      for (int d = 0; d < 3; ++d) {
        Structure moved = sample;
        moved.position[atom][d] += h;
        const double ahead = energy_of(moved);
        moved.position[atom][d] -= 2.0 * h;
        const double difference = -(ahead - energy_of(moved)) / (2.0 * h) - forces[atom][d];
        sum_sq += difference * difference / 9.0;
      }
    }
    return std::sqrt(sum_sq);
  };
  // A central difference errs by h^2 until the roughness of the tables (steps of 8e-4 A) shows.
  EXPECT_NEAR(error_at(0.04) / error_at(0.02), 4.0, 0.4);
  EXPECT_LE(error_at(1e-4), 1e-6);
}

TEST(Engine, ForcesSumToZero) {
  const auto result = compute(alone(), small_sample(), cu_zr());
  Vec3 sum;
  for (const Vec3& f : result.force) sum += f;
  EXPECT_LE(norm(sum), 1e-12 * double(result.force.size()));
}

TEST(Engine, VirialIsTheStrainDerivative) {
  if (Comm::world().size() > 1) GTEST_SKIP() << "many energies of one rank";
  const Structure sample = small_sample({{{1.0, 0.1, 0.0}, {0.0, 1.05, -0.2}, {0.15, 0.0, 0.95}}});
  const Mat3 virial = compute(alone(), sample, cu_zr()).virial;
  constexpr double h = 1e-5;
  const auto strained = [&](int a, int b, double strain) {
    Mat3 deformation = diagonal({{1, 1, 1}});
    deformation[a][b] += strain;
    Structure deformed = sample;
    deformed.box = sample.box.with_edges(sample.box.edges() * deformation);
    for (Vec3& r : deformed.position) r = sample.box.origin() + (r - sample.box.origin()) * deformation;
    return energy_of(deformed);
  };
  // r_b += strain r_a raises the energy by -strain sum r_a f_b.
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b)
      EXPECT_NEAR(-(strained(a, b, h) - strained(a, b, -h)) / (2.0 * h), virial[a][b],
                  1e-5 * largest_component(virial))
          << a << b;
}

TEST(Engine, InvariantUnderTranslationPermutationAndImages) {
  const Structure sample = small_sample();
  const auto expected = compute(alone(), sample, cu_zr());
  Structure moved = sample;
  for (std::size_t k = 0; k < moved.size(); ++k) {
    const int images[3] = {int(k % 5) - 2, int(k % 3), -int(k % 7)};
    moved.position[k] += Vec3{{0.7, -5.1, 3.3}} + moved.box.translation(images);
    moved.id[k] = static_cast<std::int64_t>(k * 27 % moved.size()) + 1;
  }
  const auto result = compute(alone(), moved, cu_zr());
  EXPECT_NEAR(result.energy, expected.energy, 1e-12 * std::fabs(expected.energy));
  EXPECT_LE(largest_difference(result.virial, expected.virial), 1e-12 * largest_component(expected.virial));
  double largest = 0.0;
  for (std::size_t k = 0; k < moved.size(); ++k)
    largest =
        std::max(largest, norm(result.force[static_cast<std::size_t>(moved.id[k] - 1)] - expected.force[k]));
  EXPECT_LE(largest, 1e-12 * largest_norm(expected.force));
}

TEST(Engine, AtomEnergiesHaveTheSameBitsOnAnyRanks) {
  for (const Precision precision : {Precision::full, Precision::mixed})
    for (const bool chunks : {true, false}) {
      const EngineOptions options = {.chunks = chunks};
      EXPECT_EQ(compute(Comm::world(), small_sample(), cu_zr(), options, precision).atom_energy,
                compute(alone(), small_sample(), cu_zr(), {}, precision).atom_energy);
    }
}

// One atom far away makes single precision misplace all atoms by more than the cutoff in the search, and places of mixed
// precision repeat every 64 A: the two halves of the sample, 60 A apart, must not become neighbours.
TEST(Engine, AnAtomFarAwayChangesNothing) {
  Structure sample = small_sample();
  sample.box = Box(sample.box.edges(), sample.box.origin(), {true, true, false});
  const std::size_t half = sample.size();
  for (std::size_t k = 0; k < half; ++k) {
    sample.id.push_back(sample.id[k] + static_cast<std::int64_t>(half));
    sample.type.push_back(sample.type[k]);
    sample.position.push_back(sample.position[k] + Vec3{{0.0, 0.0, 60.0}});
  }
  const Comm world = Comm::world();
  for (const double far : {5e5, 1.1e8}) {
    Structure more = sample;
    more.id.push_back(static_cast<std::int64_t>(sample.size()) + 1);
    more.type.push_back(0);
    more.position.push_back(Vec3{{3.0, 3.0, far}});
    for (const Precision precision : {Precision::full, Precision::mixed})
      for (const bool chunks : {true, false}) {
        const EngineOptions options = {.chunks = chunks};
        const EngineResult near = compute(world, sample, cu_zr(), options, precision);
        const EngineResult all = compute(world, more, cu_zr(), options, precision);
        EXPECT_EQ(norm(all.force.back()), 0.0) << far;
        for (std::size_t k = 0; k < sample.size(); ++k)
          EXPECT_LE(norm(all.force[k] - near.force[k]), precision == Precision::mixed ? 1e-4 : 1e-6) << far;
      }
  }
}

TEST(Engine, FreeClusterTurns) {
  Structure sample = small_sample();
  sample.box = Box(sample.box.edges(), sample.box.origin(), {false, false, false});
  const auto expected = compute(Comm::world(), sample, cu_zr());
  // A turn by 1 rad about (1, 2, 2)/3, far outside the nominal cell.
  const double c = std::cos(1.0), s = std::sin(1.0);
  const Vec3 axis = {{1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0}};
  const auto turned = [&](const Vec3& r) {
    return c * r + s * cross(axis, r) + ((1.0 - c) * dot(axis, r)) * axis;
  };
  Structure other = sample;
  for (Vec3& r : other.position) r = turned(r) + Vec3{{50.0, -20.0, 7.0}};
  const auto result = compute(Comm::world(), other, cu_zr());
  EXPECT_NEAR(result.energy, expected.energy, 1e-12 * std::fabs(expected.energy));
  double largest = 0.0;
  for (std::size_t k = 0; k < sample.size(); ++k)
    largest = std::max(largest, norm(result.force[k] - turned(expected.force[k])));
  EXPECT_LE(largest, 1e-12 * largest_norm(expected.force));
}

TEST(Engine, DoublingTheBoxDoublesTheEnergy) {
  const Structure sample = small_sample({{{1.0, 0.0, 0.0}, {0.2, 1.0, 0.0}, {0.0, 0.1, 1.0}}});
  const auto expected = compute(Comm::world(), sample, cu_zr());
  for (int d = 0; d < 3; ++d) {
    Structure doubled = sample;
    Mat3 edges = sample.box.edges();
    for (int k = 0; k < 3; ++k) edges[d][k] *= 2.0;
    doubled.box = sample.box.with_edges(edges);
    for (std::size_t k = 0; k < sample.size(); ++k) {
      doubled.id.push_back(static_cast<std::int64_t>(sample.size() + k + 1));
      doubled.type.push_back(sample.type[k]);
      doubled.position.push_back(sample.position[k] + sample.box.edges().row(d));
    }
    const auto result = compute(Comm::world(), doubled, cu_zr());
    EXPECT_NEAR(result.energy, 2.0 * expected.energy, 2e-12 * std::fabs(expected.energy));
    auto forces = expected.force;
    forces.insert(forces.end(), expected.force.begin(), expected.force.end());
    EXPECT_LE(largest_difference(result.force, forces), 1e-12 * largest_norm(forces));
  }
}

// One or a few atoms in cells several times smaller than the cutoff.
class SmallCell : public ::testing::TestWithParam<int> {};

TEST_P(SmallCell, AgreesWithTheDoubleSum) {
  constexpr double a = 3.7;
  Structure cell;
  cell.species = {"Cu", "Zr"};
  cell.mass = {63.546, 91.224};
  if (GetParam() == 0) {  // one atom: the primitive fcc cell
    cell.box = Box({{{a / 2, a / 2, 0}, {0, a / 2, a / 2}, {a / 2, 0, a / 2}}}, {}, {true, true, true});
    cell.position = {{{0.3, 0.2, 0.1}}};
  } else if (GetParam() == 1) {  // fcc unit cell, disordered
    cell.box = Box::orthogonal({{a, a, a}});
    cell.position = {
        {{0, 0.1, 0}}, {{0.1, a / 2, a / 2}}, {{a / 2, 0, a / 2 + 0.2}}, {{a / 2, a / 2 - 0.1, 0}}};
  } else {  // a film one cell thin and free along z
    cell.box = Box::orthogonal({{a, a, 4.0}}, {true, true, false});
    cell.position = {{{0, 0.1, -3.0}}, {{a / 2, a / 2, 0.0}}, {{0.1, 0, 3.5}}, {{a / 2, 1.9, 8.0}}};
  }
  for (std::size_t k = 0; k < cell.position.size(); ++k) {
    cell.id.push_back(static_cast<std::int64_t>(k + 1));
    cell.type.push_back(k % 2 == 0 ? 0 : 1);
  }
  const auto expected = reference_eam(cu_zr(), cell.box, cell.position, cell.type);
  const auto result = compute(Comm::world(), cell, cu_zr());
  EXPECT_NEAR(result.energy, expected.energy, 1e-12 * std::fabs(expected.energy));
  EXPECT_LE(largest_difference(result.force, expected.force), 1e-11);
  // Pair forces are whole multiples of 2^-44 eV/A: about 170 pairs per atom, at up to 7.6 A, each half of it off
  // at most.
  const double rounding = std::sqrt(170.0 * double(cell.size())) * 7.6 * std::ldexp(1.0, -45);
  EXPECT_LE(largest_difference(result.virial, expected.virial),
            1e-12 * largest_component(expected.virial) + rounding);
  for (std::size_t k = 0; k < cell.size(); ++k)
    EXPECT_NEAR(result.atom_energy[k], expected.atom_energy[k], 1e-11);
}
INSTANTIATE_TEST_SUITE_P(Cells, SmallCell, ::testing::Values(0, 1, 2));

// From a place to the nearest image of any other atom, A; orthogonal boxes.
double nearest_distance(const Structure& sample, std::size_t atom, const Vec3& there) {
  double nearest = 1e300;
  for (std::size_t k = 0; k < sample.size(); ++k) {
    if (k == atom) continue;
    Vec3 apart = sample.position[k] - there;
    for (int d = 0; d < 3; ++d) {
      const double edge = sample.box.edges()[d][d];
      apart[d] -= edge * std::round(apart[d] / edge);
    }
    nearest = std::min(nearest, norm(apart));
  }
  return nearest;
}

TEST(Engine, AtomsOnFacesAndManyBoxesAway) {
  Structure sample = small_sample();
  sample.box = Box::orthogonal({{10.48, 10.48, 10.48}});
  // Atoms on every face, to the last bit on either side, and the same atoms many boxes away.
  const double inf = std::numeric_limits<double>::infinity();
  const double places[] = {0.0,
                           -0.0,
                           std::nextafter(0.0, -inf),
                           std::nextafter(0.0, inf),
                           -1e-17,
                           10.48,
                           std::nextafter(10.48, -inf),
                           std::nextafter(10.48, inf),
                           5.24,
                           std::nextafter(5.24, -inf),
                           std::nextafter(5.24, inf)};
  // Each place for the first atom that it brings no closer than 1.1 A to another.
  for (int d = 0; d < 3; ++d)
    for (std::size_t k = 0; k < std::size(places); ++k) {
      bool found = false;
      for (std::size_t n = 0; n < sample.size() && !found; ++n) {
        const std::size_t atom = (n + 7 * k + 13 * static_cast<std::size_t>(d)) % sample.size();
        Vec3 there = sample.position[atom];
        const bool taken = std::find(std::begin(places), std::end(places), there[d]) != std::end(places);
        there[d] = places[k];
        found = !taken && nearest_distance(sample, atom, there) > 1.1;
        if (found) sample.position[atom] = there;
      }
      ASSERT_TRUE(found);
    }
  const auto expected = reference_eam(cu_zr(), sample.box, sample.position, sample.type);
  const auto near = compute(Comm::world(), sample, cu_zr());
  EXPECT_LE(largest_difference(near.force, expected.force), 1e-12 * largest_norm(expected.force));

  for (std::size_t k = 0; k < sample.size(); ++k) {
    const int images[3] = {1000 - int(k), 3 * int(k), -5000};
    sample.position[k] += sample.box.translation(images);
  }
  const auto far = compute(Comm::world(), sample, cu_zr());
  // Positions of 5e4 A carry 7e-12 A.
  EXPECT_LE(largest_difference(far.force, expected.force), 1e-9 * largest_norm(expected.force));
}

TEST(Engine, WrapKeepsUnwrappedPositions) {
  Structure sample = small_sample({{{1.0, 0.0, 0.0}, {0.3, 1.0, 0.0}, {-0.4, 0.2, 1.0}}});
  for (std::size_t k = 0; k < sample.size(); ++k) {
    const int images[3] = {int(k % 4) - 2, int(k % 3) - 1, 1};
    sample.position[k] += sample.box.translation(images);
    sample.image.push_back({0, int(k % 2), -3});
  }
  const Comm world = Comm::world();
  System system = make_system(world, sample, 1);
  Engine engine = make_engine(system, cu_zr());
  engine.compute(system, Tally::forces);
  const IdBlock block = id_ordered(frame_of(system));
  for (std::size_t k = 0; k < block.unwrapped.size(); ++k) {
    const auto id = static_cast<std::size_t>(block.first_id - 1) + k;
    const Vec3 before = sample.position[id] + sample.box.translation(sample.image[id].data());
    EXPECT_LE(norm(block.unwrapped[k] - before), 1e-12 * norm(before));
    const Vec3 s = sample.box.to_fractional(block.position[k]);
    for (int d = 0; d < 3; ++d) EXPECT_TRUE(s[d] > -1e-12 && s[d] < 1.0 + 1e-12);
  }
}

TEST(Engine, CountsDensitiesBeyondTheTable) {
  // Squeezed to an eighth of the volume: pairs stay farther than 1 A apart.
  const Comm world = Comm::world();
  Structure sample = small_sample();
  sample.box = Box::orthogonal({{5.3, 5.3, 5.3}});
  for (Vec3& r : sample.position) r = 0.5 * r;
  const auto expected = reference_eam(cu_zr(), sample.box, sample.position, sample.type);
  long long beyond = 0;
  for (const double rho : expected.density) beyond += rho > cu_zr().rho_max;
  ASSERT_GT(beyond, 0);
  System system = make_system(world, sample, 1);
  Engine engine = make_engine(system, cu_zr());
  const ForceTotals totals = engine.compute(system, Tally::energy);
  EXPECT_EQ(totals.beyond_table, beyond);
  EXPECT_NEAR(totals.potential_energy, expected.energy, 1e-12 * std::fabs(expected.energy));
}

}  // namespace
}  // namespace patina::test
