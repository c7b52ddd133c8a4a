// SPDX-License-Identifier: BSD-3-Clause
// Truth: the difference of two energies by the plain double sum over all atoms and periodic images (reference_eam), and of two of the engine.
#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.hpp"
#include "engine_result.hpp"
#include "md/eam_file.hpp"
#include "md/lennard_jones.hpp"
#include "md/local_energy.hpp"
#include "md/setfl.hpp"
#include "md/smooth_tables.hpp"
#include "md/zhou.hpp"
#include "random_numbers.hpp"
#include "reference_eam.hpp"
#include "small_sample.hpp"

namespace patina::test {
namespace {

struct Case {
  const char* name;
  EamFunctions functions;
  Structure sample;
};

EamFunctions read_back(const EamFunctions& made) {
  return parse_eam({"made.eam.alloy"}, {setfl_text(made, {"1", "2", "3"}, std::vector<std::string>(made.species.size(), "1 fcc"))}, made.species);
}

// The 64 atoms of small_sample() with types of `species` in turn, in a cell scaled by `scale`.
Structure sample_of(const std::vector<std::string>& species, double scale, const Mat3& shear = diagonal({{1, 1, 1}}), std::array<bool, 3> periodic = {true, true, true}) {
  Structure sample = small_sample(shear);
  sample.species = species;
  sample.mass.assign(species.size(), 50.0);
  for (std::size_t k = 0; k < sample.size(); ++k) sample.type[k] = static_cast<int>((7 * k) % 13 % species.size());
  const Vec3 origin = sample.box.origin();
  for (Vec3& place : sample.position) {
    Vec3 s = sample.box.to_fractional(place);
    for (int d = 0; d < 3; ++d) s[d] -= std::floor(s[d]);
    place = origin + scale * (s * sample.box.edges());
  }
  sample.box = Box(scale * sample.box.edges(), origin, periodic);
  return sample;
}

// 64 atoms in a column two atoms wide: each meets several images of every neighbour, and of itself.
Structure thin_sample(const std::vector<std::string>& species) {
  constexpr double spacing = 2.62;
  Structure sample = small_sample();
  sample.species = species;
  sample.box = Box(spacing * diagonal({{2.0, 2.0, 16.0}}), {}, {true, true, true});
  for (int k = 0; k < 64; ++k) {
    const Vec3 site = {{double(k % 2), double(k / 2 % 2), double(k / 4)}};
    sample.position[static_cast<std::size_t>(k)] = spacing * (site + Vec3{{0.2, 0.2, 0.2}} + 0.12 * random_vector(12, k));
  }
  return sample;
}

std::vector<Case> cases() {
  const auto file = [](const char* name, const std::vector<std::string>& species) { return read_eam_file(test_potential(name), species); };
  const std::vector<std::string> cu_zr = {"Cu", "Zr"}, ni_al = {"Ni", "Al"}, three = {"Cu", "Ag", "Zr"};
  const Mat3 tilted = {{{1.0, 0.0, 0.0}, {0.3, 1.0, 0.0}, {-0.2, 0.25, 1.0}}};
  const LennardJonesModel& ka2 = lennard_jones_models()[1];
  std::vector<Case> all;
  // Cells of 10.5 A: smaller than twice the cutoffs, so that atoms meet images of each other and of themselves.
  all.push_back({"Mendelev", file("CuZr_mm.eam.fs", cu_zr), sample_of(cu_zr, 1.0)});
  all.push_back({"Mendelev, tilted", file("CuZr_mm.eam.fs", cu_zr), sample_of(cu_zr, 1.0, tilted)});
  all.push_back({"Mendelev, free sides", file("CuZr_mm.eam.fs", cu_zr), sample_of(cu_zr, 1.0, diagonal({{1, 1, 1}}), {true, false, true})});
  all.push_back({"Mendelev, a column", file("CuZr_mm.eam.fs", cu_zr), thin_sample(cu_zr)});
  all.push_back({"densities that depend on both", file("NiAlH_jea.eam.fs", ni_al), sample_of(ni_al, 0.9)});
  all.push_back({"Zhou, three elements", read_back(zhou_functions(three, 4001)), sample_of(three, 1.0)});
  all.push_back({"Lennard-Jones", read_back(lennard_jones_functions(ka2, ka2.symbols, {2.4, 1000.0, 60.0}, PairCut::shifted, 6001)), sample_of(ka2.symbols, 0.95)});
  return all;
}

double reference(const Case& c, const std::vector<int>& type) { return reference_eam(c.functions, c.sample.box, c.sample.position, type).energy; }

TEST(LocalEnergy, ChangeIsTheDifferenceOfFullEnergies) {
  for (const Case& c : cases()) {
    const LocalTables tables(make_eam_tables(c.functions));
    LocalEnergy local(c.sample.box, c.sample.position, c.sample.type, tables);
    std::vector<int> type = c.sample.type;
    double before = reference(c, type), largest = 0.0;
    int tried = 0;
    // One in three is let happen, so that what follows stands on numbers that were updated.
    for (int k = 0; tried < 24; ++k) {
      const RandomBlock random = random_block(5, Stream::test, 1, static_cast<std::uint64_t>(k));
      const int i = static_cast<int>(random.uniform(0) * 64), j = static_cast<int>(random.uniform(1) * 64);
      if (type[static_cast<std::size_t>(i)] == type[static_cast<std::size_t>(j)]) continue;
      std::vector<int> swapped = type;
      std::swap(swapped[static_cast<std::size_t>(i)], swapped[static_cast<std::size_t>(j)]);
      const double after = reference(c, swapped), change = local.change(i, j);
      EXPECT_NEAR(change, after - before, 1e-9) << c.name << ", sites " << i << " and " << j;
      largest = std::max(largest, std::abs(after - before));
      if (++tried % 3 != 0) continue;
      local.exchange();
      type = swapped;
      before = after;
    }
    EXPECT_GT(largest, 0.01) << c.name;
    for (int k = 0; k < 64; ++k) EXPECT_EQ(local.type(k), type[static_cast<std::size_t>(k)]);
  }
}

// The engine's energies, with smooth tables too, whose cells are others than the file's.
TEST(LocalEnergy, IsThatOfTheEngine) {
  const Structure sample = small_sample();
  for (const bool smooth : {false, true}) {
    const EamTables tables = smooth ? make_smooth_tables(cu_zr()).tables : make_eam_tables(cu_zr());
    const LocalTables local_tables(tables);
    const Comm single = alone();
    const auto energy_of = [&](const Structure& structure) {
      System system = make_system(single, structure, 1);
      Engine engine = make_engine(system, tables);
      return compute(engine, system).energy;
    };
    Structure swapped = sample;
    int second = 1;
    while (sample.type[static_cast<std::size_t>(second)] == sample.type[0]) ++second;
    std::swap(swapped.type[0], swapped.type[static_cast<std::size_t>(second)]);
    LocalEnergy local(sample.box, sample.position, sample.type, local_tables);
    EXPECT_NEAR(local.change(0, second), energy_of(swapped) - energy_of(sample), 1e-10) << smooth;
  }
}

}  // namespace
}  // namespace patina::test
