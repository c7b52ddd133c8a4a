// SPDX-License-Identifier: BSD-3-Clause
// What an analysis reads of an entry of kind "dynamics" or "multi_tau" (docs/file_formats.md), and how replicas are merged: f as
// those of an xpcs entry, displacements by their mean. One of kind "multi_tau" has one waiting time, the begin of its span, and
// neither self parts nor displacements.
#pragma once

#include <Eigen/Dense>
#include <string>
#include <vector>

#include "analysis/run_data.hpp"

namespace patina {

// Of a species, or of "all": one row per waiting time, one column per lag; NaN where not measured.
struct DisplacementCurves {
  std::string label;
  Eigen::MatrixXd msd_A2, alpha_2, overlap;
};

struct LagDynamics {
  std::string entry, kind;
  std::string selection;  // as in RelaxationData
  int protocol_step = -1;
  std::vector<double> waiting_time_ps, lag_ps;
  std::vector<RelaxationData> shells;
  std::vector<DisplacementCurves> groups;  // the species, then "all"; none of multi_tau
  Eigen::MatrixXd chi4;                    // from the scatter of sub-boxes; NaN without them
};

// Entries of a result file whose kind is "dynamics" or "multi_tau".
std::vector<LagDynamics> read_lag_dynamics(const std::string& path);

// Without the one numbered `left_out` (-1: all). Throws Error(bad_input) if they differ in waiting times, lags or shells.
LagDynamics merge_replicas(const std::vector<LagDynamics>& replicas, int left_out = -1);

}  // namespace patina
