// SPDX-License-Identifier: BSD-3-Clause
// What an analysis reads of a run folder: thermo.csv, the protocol in resolved.json, and xpcs.h5. A run of
// several replicas keeps them in replica_*/; their correlation functions are merged by adding numerators and
// denominators, their errors in quadrature. Units stand in the names (A, ps, eV, K, GPa).
#pragma once

#include <Eigen/Dense>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "analysis/thermo_table.hpp"
#include "analysis/two_time.hpp"
#include "core/hdf5.hpp"

namespace patina {

// A set of curves f(t_w, lag), one row per waiting time; NaN where not measured.
struct CorrelationCurves {
  std::string label;  // "coherent" or the species
  Eigen::MatrixXd f, f_errors, denominator;
};

struct RelaxationData {
  std::string entry;
  int protocol_step = -1;
  double q0_inv_A = 0.0;
  double width_inv_A = 0.0;
  int modes = 0;  // wavevectors in the shell
  double speckles = 0.0;  // that are independent: fewer than modes under a window
  std::vector<int> miller;  // of a curve of one vector: its three integers; else empty
  std::string selection;  // what is looked at if not shells of the whole sample by X-rays, as the file says it
  std::vector<double> waiting_time_ps, lag_ps;
  CorrelationCurves coherent;
  std::vector<CorrelationCurves> self;
  TwoTimeMatrix field;  // f(t1, t2); empty if not stored
};

struct StructureData {
  std::string entry;
  int protocol_step = -1;
  std::vector<double> q_inv_A, s_x, s_x_errors;
  std::vector<int> bin;      // number of each bin: replicas whose cells differ have other vectors, and other q, in it
  std::vector<int> vectors;  // of each bin
};

struct ProtocolStep {
  std::string type;
  double from_K = std::numeric_limits<double>::quiet_NaN();  // of a ramp
  double temperature_K = std::numeric_limits<double>::quiet_NaN();  // of a hold
  double duration_ps = std::numeric_limits<double>::quiet_NaN();
  std::string label = {};  // the type if it has none of its own
  std::string deformation = {};  // of a step that strains the cell, from `from_strain` to `strain`
  double from_strain = 0.0, strain = 0.0;
  std::string from = {};  // of a `restore`: the step whose last sample is back
};

struct RunData {
  std::string path;
  std::vector<std::string> replicas;  // folders that hold thermo.csv; the folder itself if not replicated
  std::vector<std::string> not_begun;  // more such folders, whose thermo.csv has no line of numbers
  std::vector<ProtocolStep> protocol;  // empty without resolved.json
  long atoms = 0;                     // as the input gives them; 0 if it does not
  std::string precision, tables;       // of the dynamics, as the input gives them; empty if it does not
  std::vector<ThermoTable> thermo;    // one per replica; none if the trajectory was a stored one (`patina scatter`)
  std::vector<std::vector<RelaxationData>> relaxation;  // [entry][replica]
  std::vector<std::vector<StructureData>> structure;
};

RunData read_run_data(const std::string& path);

// How many vectors of each of so many groups are one speckle, 1 without a window, and what is looked at, of the group `q_set` of
// an entry.
std::vector<double> vectors_of_a_speckle(const h5::File& file, const std::string& q_set, std::size_t groups);
std::string selection_of(const h5::File& file, const std::string& q_set);

// In the name of an entry of xpcs.h5, "step03_anneal_xpcs" -> 3; -1 if it has none.
int protocol_step_of(const std::string& entry);

// Merges the replicas of one entry, without the one numbered `left_out` (-1: all).
RelaxationData merge_replicas(const std::vector<RelaxationData>& replicas, int left_out = -1);
StructureData merge_replicas(const std::vector<StructureData>& replicas);

}  // namespace patina
