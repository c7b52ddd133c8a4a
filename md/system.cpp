// SPDX-License-Identifier: BSD-3-Clause
#include "md/system.hpp"

namespace patina {

Frame frame_of(const System& system) {
  Frame frame;
  frame.step = system.step;
  frame.time_ps = system.time_ps;
  frame.box = system.box;
  frame.comm = system.comm;
  frame.species = &system.species;
  frame.atom_count = system.atom_count;
  frame.local = system.atoms.local;
  frame.position = system.atoms.position;
  frame.image = system.atoms.image;
  frame.velocity = system.atoms.velocity;
  frame.type = system.atoms.type;
  frame.id = system.atoms.id;
  return frame;
}

}  // namespace patina
