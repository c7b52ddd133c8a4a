// SPDX-License-Identifier: BSD-3-Clause
// Truths: brute force for exact sums with weights, as for the mesh; one rank that has all points for the bits; which
// method is cheaper, where they are far apart.
#include "scattering/mode_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "scattering/density_modes.hpp"
#include "scattering/phase_runs.hpp"
#include "scattering/phase_sum_paths.hpp"
#include "tests/scattering_points.hpp"

namespace patina {
namespace {

using test::all_within;
using test::brute_force;
using test::errors_of;
using test::phase_points;
using test::PointSet;
using test::random_points;

const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}
const Comm& alone() {
  static const Comm comm = Comm::split(world(), world().rank());
  return comm;
}

PointSet weighted_points(double size, int sign) {
  PointSet points = random_points(700, 2);
  for (int j = 0; j < 700; ++j) {
    const double w = size * (0.1 + test::uniform(9, j));
    points.weight.push_back(sign > 0 || (sign == 0 && j % 3 == 0) ? w : -w);
  }
  return points;
}

TEST(ModeSum, ExactWithWeightsIsTheBruteForceSum) {
  const QSet ball = all_within({6, 6, 40}, 31);
  for (const double size : {1.0, 1e-200, 7e150}) {
    for (const int sign : {-1, 0, 1}) {
      const PointSet points = weighted_points(size, sign);
      const ModeSum sum(ball, world(), points.size(), 2, {SumMethod::exact, 1e-6});
      const auto error = errors_of(sum(phase_points(points, world())), brute_force(points, ball), points, ball.size());
      EXPECT_LT(error.worst, 1e-13) << size << " " << sign;
    }
  }
}

TEST(ModeSum, ExactWithWeightsHasTheSameBitsOnAnyRanks) {
  const QSet ball = all_within({6, 6, 40}, 3);
  // The largest weight is with one rank only.
  PointSet points = weighted_points(1.0, 0);
  points.weight[123] = 37.0;
  const SumOptions exact{SumMethod::exact, 1e-6};
  const auto sums = ModeSum(ball, world(), points.size(), 2, exact)(phase_points(points, world()));
  const auto truth = ModeSum(ball, alone(), points.size(), 2, exact)(phase_points(points, alone()));
  EXPECT_EQ(sums, truth);
}

TEST(ModeSum, WeightsOfOneAreNoWeights) {
  const QSet ball = all_within({6, 6, 6}, 3);
  PointSet points = random_points(500, 1);
  const ModeSum sum(ball, world(), points.size(), 1, {SumMethod::exact, 1e-6});
  const auto truth = sum(phase_points(points, world()));
  points.weight.assign(500, 1.0);
  EXPECT_EQ(sum(phase_points(points, world())), truth);
}

// Exact sums by every instruction set that this machine runs and by the kernels for devices: the same whole numbers. Truth of
// the sums themselves: term by term, in the tests above.
TEST(PhaseSums, EveryWayGivesTheSameBits) {
  PointSet points = test::random_points(1111, 3);
  // Some on a lattice: products of 1 and -1, many of a sign, as far as one double may sum.
  for (std::size_t j = 0; j < 400; ++j) points.s[j] = {{0.25 * double(j % 4), 0.5 * double(j / 4 % 2), 0.0}};
  const Box box = Box::orthogonal({{40.0, 50.0, 60.0}});
  const struct {
    QSet set;
    bool in_runs;
  } cases[] = {{all_within({20, 17, 40}, 3), false}, {make_shell(box, 2.0, 0.3, 400, 1, 0, "test"), false},
               {all_within({20, 9, 12}, 1), true},   {make_shell(box, 0.9, 1.8, 1 << 20, 1, 0, "test"), true},
               {make_shell(box, 6.0, 0.9, 1 << 20, 1, 0, "test", {{{1.0, 0.0, 0.0}}, 0.0, 30.0, {}}), true}};
  for (const auto& [set, in_runs] : cases) {
    const PhasePlan plan = make_phase_plan(set);
    EXPECT_EQ(make_runs(plan).numbers > 0, in_runs) << set.size();
    for (const bool weighted : {false, true}) {
      points.weight.clear();
      for (int j = 0; weighted && j < 1111; ++j) points.weight.push_back(2.0 * test::uniform(7, j) - 1.0);
      const PhasePoints mine = phase_points(points, world());
      const auto truth = entry_sums_in_rows(mine, plan, 1.0);
      EXPECT_EQ(truth.size(), 12 * static_cast<std::size_t>(plan.entries));
      const auto versions = phase_kernel_versions();
      for (int v = 0; v < versions.count; ++v)
        EXPECT_TRUE(entry_sums_in_lanes(mine, plan, 1.0, *versions.all[v]) == truth) << versions.all[v]->name << ' ' << weighted;
    }
  }
}

TEST(ModeSum, AutomaticTakesTheCheaper) {
  // Few vectors: exact; every vector of a ball of thousands: mesh.
  const QSet few = test::vectors({{0, 0, 20}, {1, 0, 20}, {20, 1, 20}});
  EXPECT_EQ(ModeSum(few, world(), 16000, 2, {}).method(), SumMethod::exact);
  const QSet many = all_within({18, 18, 18}, 1);
  EXPECT_EQ(ModeSum(many, world(), 16000, 2, {}).method(), SumMethod::mesh);
  for (const QSet* set : {&few, &many}) {
    const ModeSum sum(*set, world(), 16000, 2, {});
    EXPECT_EQ(sum.method() == SumMethod::mesh, worthwhile_gain * sum.mesh_cost_ns() < sum.exact_cost_ns());
    EXPECT_NE(sum.description().find(sum.method() == SumMethod::mesh ? "mesh" : "exact"), std::string::npos);
  }
}

// All vectors of a shell at the first peak of 32 000 atoms: exact sums would be 17 to 21 % of a run that is looked at every 20 fs, by mesh
// they are 3 to 4 % (docs/performance.md, benchmarks/in-situ).
TEST(ModeSum, AutomaticTakesTheMeshForAWholeShell) {
  const QSet shell = make_shell(Box::orthogonal({{81.8, 81.8, 81.8}}), 2.8, 0.1, 1 << 20, 1, 0, "test");
  EXPECT_GT(shell.size(), 10000);
  EXPECT_EQ(ModeSum(shell, world(), 32000, 2, {}).method(), SumMethod::mesh);
}

TEST(ModeSum, ChoiceDoesNotDependOnRanks) {
  for (const int largest : {4, 8, 12}) {
    for (const std::int64_t points : {100, 3000, 100000}) {
      const QSet ball = all_within({largest, largest, largest}, 1);
      const ModeSum together(ball, world(), points, 2, {}), apart(ball, alone(), points, 2, {});
      EXPECT_EQ(together.method(), apart.method());
      EXPECT_EQ(together.description(), apart.description());
    }
  }
}

TEST(ModeSum, MethodsHaveNames) {
  for (const auto method : {SumMethod::automatic, SumMethod::exact, SumMethod::mesh})
    EXPECT_EQ(sum_method_of(name_of(method)), method);
  EXPECT_THROW(sum_method_of("fast"), Error);
}

TEST(ModeSum, BothMethodsAgreeInATriclinicCell) {
  const Box triclinic({{{31.0, 0.0, 0.0}, {7.5, 29.0, 0.0}, {-4.0, 9.0, 35.0}}}, {{-3.0, 1.5, 8.0}}, {true, true, true});
  const auto sample = test::ideal_gas(triclinic, 2803, 6);
  const Frame frame = test::frame_of(sample, world());
  const QSet set = make_shell(triclinic, 1.5, 3.0, 100000, 3, 0, "test");
  const auto exact = density_modes(frame, set);
  for (const double tolerance : {1e-3, 1e-6, 1e-9}) {
    const auto mesh = density_modes(frame, ModeSum(set, world(), 2803, 2, {SumMethod::mesh, tolerance}));
    for (int a = 0; a < 2; ++a) {
      double square = 0.0;
      for (int k = 0; k < set.size(); ++k) square += std::norm(mesh(a, k) - exact(a, k)) / set.size();
      EXPECT_LE(std::sqrt(square / static_cast<double>(sample.species.count[a])), tolerance);
    }
  }
}

}  // namespace
}  // namespace patina
