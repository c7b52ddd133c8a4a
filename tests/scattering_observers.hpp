// SPDX-License-Identifier: BSD-3-Clause
// What tests of observers share: ranks together and alone, a folder for all ranks, state through a checkpoint, and the
// comparison of result files.
#pragma once

#include <cstring>
#include <fstream>
#include <string>

#include "core/mpi.hpp"
#include "core/state_map.hpp"
#include "tests/scattering_frames.hpp"
#include "tests/shared_scratch.hpp"

namespace patina::test {

inline const Comm& world() {
  static const Comm comm = Comm::world();
  return comm;
}

// This rank without the others.
inline const Comm& alone() {
  static const Comm comm = Comm::split(world(), world().rank());
  return comm;
}

// Atoms that wander, drift together, and leave the cell, which grows.
inline Sample wandering_sample(int atoms, int frame) {
  const Box box({{{15.0, 0.0, 0.0}, {2.0, 14.0, 0.0}, {1.0, -3.0, 16.0}}}, {{-2.0, 0.0, 3.0}},
                {true, true, true});
  Sample sample = ideal_gas(box, atoms, 6);
  sample.box = box.with_edges((1.0 + 0.001 * frame) * box.edges());
  for (int i = 0; i < atoms; ++i) {
    Vec3 s = box.to_fractional(sample.position[i]);
    for (int t = 1; t <= frame; ++t)
      for (int d = 0; d < 3; ++d) s[d] += 0.25 + 0.02 * random_block(8, Stream::test, 3 * t + d, i).normal(0);
    sample.position[i] = sample.box.to_cartesian(s);
  }
  return sample;
}

// Fractional unwrapped coordinates of frames 0, 1, ..., an atom a line, for numpy.
inline void write_positions(const std::string& path, int atoms, int frames) {
  std::ofstream text(path);
  text.precision(17);
  for (int t = 0; t < frames; ++t) {
    const Sample sample = wandering_sample(atoms, t);
    for (const Vec3& r : sample.position) {
      const Vec3 s = sample.box.to_fractional(r);
      text << s[0] << ' ' << s[1] << ' ' << s[2] << '\n';
    }
  }
}

// Rank 0's map to all ranks, as a checkpoint brings it.
inline StateMap broadcast(const StateMap& mine) {
  std::string text;
  if (world().is_root())
    for (const auto& [key, values] : mine) {
      text += key + '\0' + std::to_string(values.size()) + '\0';
      text.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
    }
  world().broadcast(text);
  StateMap all;
  for (std::size_t at = 0; at < text.size();) {
    const std::string key = text.c_str() + at;
    at += key.size() + 1;
    const std::string count = text.c_str() + at;
    at += count.size() + 1;
    auto& values = all[key];
    values.resize(std::stoul(count));
    std::memcpy(values.data(), text.data() + at, values.size() * sizeof(double));
    at += values.size() * sizeof(double);
  }
  return all;
}

// Every dataset and attribute of the first file, bit for bit, in all others.
inline const char* const same_bits = R"(
import h5py, numpy as np, sys
files = [h5py.File(name, 'r') for name in sys.argv[1:]]
def compare(name, first):
    for other in files[1:]:
        second = other[name]
        assert list(first.attrs) == list(second.attrs), name
        for key in first.attrs: assert np.array_equal(first.attrs[key], second.attrs[key]), (name, key)
        if isinstance(first, h5py.Dataset):
            assert first[()].tobytes() == second[()].tobytes(), (other.filename, name)
        else: assert list(first) == list(second), name
    global count; count += 1
count = 0; compare('/', files[0]['/']); files[0].visititems(compare); assert count > 15 and len(files) > 1, count
)";

}  // namespace patina::test
