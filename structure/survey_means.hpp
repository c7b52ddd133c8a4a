// SPDX-License-Identifier: BSD-3-Clause
// Means over the frames of a survey with their errors: what its table and its file tell.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "structure/frame_mean.hpp"
#include "structure/survey.hpp"

namespace patina {

struct Population {
  int type = 0;
  VoronoiIndex index;
  FrameMean fraction;  // of the closed cells of this type
};

struct SurveyMeans {
  std::vector<FrameMean> volume_A3;             // of each type
  std::vector<FrameMean> faces, coordination;   // of each type; [a * types + b]
  std::vector<Population> populations;          // type by type, the most frequent first
  FrameMean icosahedra, z16;                    // fractions of closed cells
  FrameMean atoms_in_icosahedra;                // fraction of all atoms
  FrameMean interpenetrating;                   // such neighbours of an icosahedron's centre, mean over icosahedra
  FrameMean largest_cluster, largest_sharing_cluster;  // fractions of the icosahedra
  FrameMean mean_order, crystalline;
};
// Of all closed cells of a frame.
double fraction_of(const FrameFigures& frame, const VoronoiIndex& index);

SurveyMeans survey_means(const StructureSurvey& survey);

}  // namespace patina
