// SPDX-License-Identifier: BSD-3-Clause
// Whatever happens periodically during a protocol step (thermo lines, trajectory frames, scattering) is an
// observer with a trigger; the step loop knows nothing else of it.
#pragma once

#include <cstdint>
#include <string>

#include "core/state_map.hpp"
#include "md/frame.hpp"

namespace patina {

class Observer {
 public:
  virtual ~Observer() = default;
  // Whether the frame at `step_in_protocol_step` (0 = the state the step starts from) is wanted.
  virtual bool due(std::int64_t step_in_protocol_step) const = 0;
  virtual void observe(const Frame& frame) = 0;
  // After the last frame of the protocol step: writes results. Collective.
  virtual void finish() {}
  // What a checkpoint must keep for the observer to go on exactly; keys are the observer's own. Collective;
  // the map is complete on rank 0 and need not be on others. load() receives rank 0's map on all ranks.
  virtual void save(StateMap&) {}
  virtual void load(const StateMap&) {}
};

}  // namespace patina
