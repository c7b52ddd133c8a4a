// SPDX-License-Identifier: BSD-3-Clause
// Paths of atoms through a stored trajectory. Files hold positions inside the cell with image flags,
// positions that were never put back (unwrapped), or positions inside the cell and nothing else. Of the last
// kind paths are found by the minimum image between one frame and the next: right as long as no atom moves by
// half the cell in between, along any periodic edge. Density modes at lattice vectors do not depend on any of
// this; self parts, displacements and the centre of mass do.
// Cells that were sheared and spanned anew (Box::turn) are turned back to the edges of the first frame (md/turn_cell.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "md/structure_file.hpp"
#include "md/turn_cell.hpp"

namespace patina {

enum class Unwrapping {
  automatic,      // what the file has, else the minimum image; steps that are doubtful are refused
  as_is,          // what the file has, whatever the steps
  minimum_image,  // whatever the file has
};
Unwrapping unwrapping_of(const std::string& name);  // "auto", "as_is", "minimum_image"

class Unwrapper {
 public:
  // Steps along an edge, in edges, beyond which the minimum image is refused, because the true step may have
  // been the other way round; beyond which it is told; and beyond which steps by the file's own flags are
  // doubted.
  static constexpr double farthest = 0.4, long_step = 0.25, doubtful = 0.5;

  explicit Unwrapper(Unwrapping wanted) : wanted_(wanted) {}
  // Turns the frame's cell back (positions may then lie outside of it), and sets its images so that r = position + image . edges is where the atom is on its path.
  // Frames come in order with the same atoms in the same order. Error(bad_input) that begins with `place`
  // where paths are in doubt.
  void follow(StructureFrame& frame, const std::string& place);

  // How paths are found, for logs and results: "image flags", ...
  std::string description() const;
  // The longest step so far along an edge, in edges.
  double longest_step() const { return longest_step_; }
  // Faces that were crossed, as found by the minimum image.
  std::int64_t crossings() const { return crossings_; }
  // What is doubtful but allowed, told once each.
  std::vector<std::string> take_warnings();

 private:
  enum class Source { images, unwrapped, nothing, minimum_image };
  struct Step {
    double length = 0.0;  // edges
    std::size_t atom = 0;
    int edge = 0;
  };
  void choose(const StructureFrame& frame);
  Step advance(Structure& structure);
  void judge(const Step& step, const Structure& structure, const std::string& place);

  Unwrapping wanted_;
  SameEdges edges_;
  std::optional<Source> source_;  // of all frames, as of the first
  std::vector<Vec3> before_;      // fractional: with images where the file has them
  std::vector<std::array<int, 3>> image_;
  double longest_step_ = 0.0;
  std::int64_t crossings_ = 0;
  bool warned_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace patina
