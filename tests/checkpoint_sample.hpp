// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints whose whole content is a known function of the step.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "md/checkpoint.hpp"
#include "storage_sample.hpp"

namespace patina::test {

inline constexpr std::int64_t checkpoint_atoms = 64;

inline StateMap state_at(std::int64_t step) {
  return {{"thermostat.chain", {0.1, -0.0, 5e-324, std::numeric_limits<double>::infinity()}},
          {"observer/isf 1.\xce\xb1", std::vector<double>(100, 1.0 / static_cast<double>(step + 3))},
          {"empty", {}}};
}

inline void checkpoint(const std::string& run, const Comm& comm, std::int64_t step,
                       std::int64_t count = checkpoint_atoms) {
  const System system = system_of(comm, structure_at(count, step), step);
  write_checkpoint(run, system, {3, step}, comm.is_root() ? state_at(step) : StateMap{}, "{\"steps\": 5}\n");
}

inline std::vector<std::uint64_t> bits(const std::vector<Vec3>& vectors) {
  std::vector<std::uint64_t> result;
  for (const Vec3& r : vectors)
    for (const double x : r.v) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

inline void expect_step(const CheckpointData& data, std::int64_t step,
                        std::int64_t count = checkpoint_atoms) {
  const Structure truth = structure_at(count, step);
  EXPECT_EQ(data.step, step);
  EXPECT_EQ(data.time_ps, 0.002 * static_cast<double>(step));
  EXPECT_EQ(data.seed, 0xfedcba9876543210u);
  EXPECT_EQ(data.position.protocol_step, 3);
  EXPECT_EQ(data.position.step_in_protocol_step, step);
  EXPECT_EQ(data.resolved_input, "{\"steps\": 5}\n");
  EXPECT_EQ(data.state, state_at(step));
  EXPECT_TRUE(std::signbit(data.state.at("thermostat.chain")[1]));
  EXPECT_EQ(data.atoms.box, truth.box);
  EXPECT_EQ(data.atoms.species, truth.species);
  EXPECT_EQ(data.atoms.mass, truth.mass);
  EXPECT_EQ(data.atoms.id, truth.id);
  EXPECT_EQ(data.atoms.type, truth.type);
  EXPECT_EQ(data.atoms.image, truth.image);
  EXPECT_EQ(bits(data.atoms.position), bits(truth.position));
  EXPECT_EQ(bits(data.atoms.velocity), bits(truth.velocity));
}

}  // namespace patina::test
