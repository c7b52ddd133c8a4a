// SPDX-License-Identifier: BSD-3-Clause
// One reader for each kind of answer; read_answer() (answer.hpp) chooses.
#pragma once

#include <string>
#include <vector>

#include "core/hdf5.hpp"
#include "score/answer.hpp"

namespace patina {

Answer read_csv_answer(const std::string& path);
Answer read_analysis_answer(const std::string& path);  // analysis.json

bool is_aps_result(const h5::File& file);
Answer read_aps_answer(const h5::File& file, const AnswerOptions& options);
bool is_eigen_result(const h5::File& file);
Answer read_eigen_answer(const h5::File& file, const AnswerOptions& options);
bool is_nxxpcs(const h5::File& file);
Answer read_nxxpcs_answer(const h5::File& file, const AnswerOptions& options);
bool is_patina_result(const h5::File& file);
Answer read_patina_answer(const h5::File& file, const AnswerOptions& options);  // xpcs.h5
bool is_movie(const h5::File& file);
Answer read_movie_answer(const h5::File& file);  // synth.h5: correlated here
bool is_frames(const h5::File& file);
Answer read_frames_answer(const h5::File& file, const AnswerOptions& options);  // of a detector, with qmap.h5 beside them: correlated here

// n x n numbers, row by row.
Eigen::MatrixXf map_of(const std::vector<double>& rows, Eigen::Index n);
// One number, whatever the shape. Error(bad_input) if there are more.
double number(const h5::File& file, const std::string& name);

// What Patina's own results say of a normalisation, its name first: whether it is this one.
bool normalised_as(const h5::File& file, const std::string& group, const std::string& name);

// What the delays of a group of Patina's own results say of themselves, in frames; empty: nothing.
std::vector<LagBin> told_bins(const h5::File& file, const std::string& group, const std::vector<double>& delays);

// Says how the channels of lags in frames average: as multi-tau levels if `binning` says so, or if it says nothing and they look like that.
std::vector<LagBin> bins_of_delays(const std::string& place, const std::vector<double>& delays, Binning binning, int frames_of_a_step, int averaged,
                                   std::vector<std::string>& notes);

}  // namespace patina
