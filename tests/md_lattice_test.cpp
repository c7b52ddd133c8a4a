// SPDX-License-Identifier: BSD-3-Clause
// Truth: closed-form shells of neighbours (number, distance, species) of each lattice, counted by brute force
// over periodic images; exact composition counts.
#include "md/lattice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.hpp"

namespace patina {
namespace {

struct Shell {
  double distance;
  int species;  // of the neighbours; -1: any
  int count;
};

// Neighbours of atom i of the given species (or any) at `distance` to 1e-6 A.
int neighbours(const Structure& structure, std::size_t i, const Shell& shell) {
  int found = 0;
  for (std::size_t j = 0; j < structure.size(); ++j)
    for (int n = 0; n < 125; ++n) {
      const int image[3] = {n % 5 - 2, n / 5 % 5 - 2, n / 25 - 2};
      const Vec3 r = structure.position[j] + structure.box.translation(image) - structure.position[i];
      if (std::abs(norm(r) - shell.distance) < 1e-6 &&
          (shell.species < 0 || structure.type[j] == shell.species))
        ++found;
    }
  return found;
}

void expect_shells(const Structure& structure, int species, const std::vector<Shell>& shells) {
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (species >= 0 && structure.type[i] != species) continue;
    for (const Shell& shell : shells)
      EXPECT_EQ(neighbours(structure, i, shell), shell.count) << "atom " << i << " at " << shell.distance;
  }
}

const Composition copper{{"Cu"}, {1.0}};

TEST(Lattice, FccShells) {
  const Structure s = make_solid_solution({"fcc", 3.639085, 1.0, {2, 2, 2}}, copper, 1);
  const double a = 3.639085;
  EXPECT_EQ(s.size(), 32u);
  EXPECT_NEAR(s.box.volume(), 8 * a * a * a, 1e-9);
  expect_shells(s, -1, {{a / std::sqrt(2.0), -1, 12}, {a, -1, 6}, {a * std::sqrt(1.5), -1, 24}});
}

TEST(Lattice, BccShells) {
  const Structure s = make_solid_solution({"bcc", 3.0, 1.0, {2, 2, 3}}, copper, 1);
  EXPECT_EQ(s.size(), 24u);
  expect_shells(s, -1, {{1.5 * std::sqrt(3.0), -1, 8}, {3.0, -1, 6}, {3.0 * std::sqrt(2.0), -1, 12}});
}

TEST(Lattice, HcpShells) {
  const double a = 3.2203, c = 1.6195 * a;
  const Structure s = make_solid_solution({"hcp", a, 1.6195, {2, 1, 1}}, {{"Zr"}, {1.0}}, 1);
  EXPECT_EQ(s.size(), 8u);
  EXPECT_NEAR(s.box.volume() / 8, std::sqrt(3.0) / 4 * a * a * c, 1e-9);
  expect_shells(s, -1,
                {{a, -1, 6},
                 {std::sqrt(a * a / 3 + c * c / 4), -1, 6},
                 {std::sqrt(4 * a * a / 3 + c * c / 4), -1, 6},
                 {c, -1, 2}});
}

TEST(Lattice, B2Shells) {
  const double a = 3.23693;
  const Structure s = make_compound({"B2", a, 1.0, {1, 2, 1}}, {"Cu", "Zr"});
  for (const int own : {0, 1})
    expect_shells(s, own, {{a * std::sqrt(0.75), 1 - own, 8}, {a * std::sqrt(0.75), own, 0}, {a, own, 6}});
}

TEST(Lattice, C15ShellsAndSpeciesCounts) {
  const double a = 7.1069;
  // Cu2Zr: Zr (8a) has 4 Zr at sqrt(3)/4 a and 12 Cu at sqrt(11)/8 a; Cu (16d) 6 Cu at sqrt(2)/4 a and 6 Zr.
  const Structure s = make_compound({"C15", a, 1.0, {1, 1, 1}}, {"Zr", "Cu"}, {"Cu", "Zr"});
  ASSERT_EQ(s.species, (std::vector<std::string>{"Cu", "Zr"}));
  EXPECT_EQ(std::count(s.type.begin(), s.type.end(), 0), 16);
  EXPECT_EQ(std::count(s.type.begin(), s.type.end(), 1), 8);
  EXPECT_DOUBLE_EQ(s.mass[0], 63.546);
  const double zr_zr = a * std::sqrt(3.0) / 4, zr_cu = a * std::sqrt(11.0) / 8,
               cu_cu = a * std::sqrt(2.0) / 4;
  expect_shells(s, 1, {{zr_zr, -1, 4}, {zr_zr, 1, 4}, {zr_cu, -1, 12}, {zr_cu, 0, 12}, {cu_cu, -1, 0}});
  expect_shells(s, 0, {{cu_cu, -1, 6}, {cu_cu, 0, 6}, {zr_cu, -1, 6}, {zr_cu, 1, 6}, {zr_zr, -1, 0}});
}

TEST(Lattice, RandomSubstitutionIsExactSeededAndMixed) {
  const Composition cuzr{{"Cu", "Zr"}, {64.5, 35.5}};
  const Lattice lattice{"fcc", 4.0, 1.0, {10, 10, 10}};
  const Structure s = make_solid_solution(lattice, cuzr, 7);
  ASSERT_EQ(s.size(), 4000u);
  EXPECT_EQ(std::count(s.type.begin(), s.type.end(), 0), 2580);
  EXPECT_EQ(make_solid_solution(lattice, cuzr, 7).type, s.type);
  EXPECT_NE(make_solid_solution(lattice, cuzr, 8).type, s.type);
  // A shuffled half: hypergeometric with variance n p q (N - n) / (N - 1), n = 2000: sigma = 15.1.
  const auto first_half = static_cast<double>(std::count(s.type.begin(), s.type.begin() + 2000, 0));
  EXPECT_NEAR(first_half, 1290, 5 * 15.1);
}

TEST(Composition, LargestRemainders) {
  using Counts = std::vector<std::int64_t>;
  EXPECT_EQ(exact_counts({{"Cu", "Zr"}, {0.5, 0.5}}, 7), (Counts{4, 3}));
  EXPECT_EQ(exact_counts({{"Zr", "Cu", "Al"}, {46, 46, 8}}, 1000), (Counts{460, 460, 80}));
  // Shares 4.87, 2.72, 2.41: the two atoms left go to .87 and .72.
  EXPECT_EQ(exact_counts({{"Cu", "Zr", "Al"}, {48.7, 27.2, 24.1}}, 10), (Counts{5, 3, 2}));
  EXPECT_EQ(exact_counts({{"Cu", "Zr"}, {0.29, 0.71}}, 100), (Counts{29, 71}));  // 0.29 * 100 < 29 in doubles
  EXPECT_EQ(exact_counts({{"Cu", "Zr"}, {0.0, 1.0}}, 3), (Counts{0, 3}));
}

TEST(Composition, ShuffleReachesEveryOrderAlike) {
  // 3 of type 0 and 1 of type 1: the place of the one is uniform over 4; 4000 seeds, 5 sigma = 5 sqrt(4000 *
  // 3/16).
  std::map<long, int> place;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const auto type = shuffled_types({3, 1}, seed);
    ++place[std::find(type.begin(), type.end(), 1) - type.begin()];
  }
  for (long p = 0; p < 4; ++p) EXPECT_NEAR(place[p], 1000, 5 * std::sqrt(750.0));
}

TEST(Lattice, BadRequestsAreRefused) {
  EXPECT_THROW(make_solid_solution({"fccc", 4.0}, copper, 1), Error);
  EXPECT_THROW(make_solid_solution({"B2", 4.0}, copper, 1), Error);
  EXPECT_THROW(make_solid_solution({"fcc", 0.0}, copper, 1), Error);
  EXPECT_THROW(make_solid_solution({"fcc", std::nan("")}, copper, 1), Error);
  EXPECT_THROW(make_solid_solution({"fcc", 4.0, 1.0, {1, 0, 1}}, copper, 1), Error);
  EXPECT_THROW(make_solid_solution({"fcc", 4.0, 1.0, {10000, 10000, 10000}}, copper, 1), Error);
  EXPECT_THROW(make_solid_solution({"hcp", 3.0, -1.6}, copper, 1), Error);
  EXPECT_THROW(make_compound({"B2", 3.0}, {"Cu"}), Error);
  EXPECT_THROW(make_compound({"B2", 3.0}, {"Cu", "Zr"}, {"Cu", "Al"}), Error);
  EXPECT_THROW(exact_counts({{"Cu", "Cu"}, {1, 1}}, 4), Error);
  EXPECT_THROW(exact_counts({{"Cu", "ZR"}, {1, 1}}, 4), Error);
  EXPECT_THROW(exact_counts({{"Cu", "Zr"}, {1, -1}}, 4), Error);
  EXPECT_THROW(exact_counts({{"Cu", "Zr"}, {0, 0}}, 4), Error);
  EXPECT_THROW(exact_counts({{"Cu"}, {1}}, 0), Error);
}

}  // namespace
}  // namespace patina
