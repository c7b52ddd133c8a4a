// SPDX-License-Identifier: BSD-3-Clause
// Speckles to analyse from any file that `patina score` reads (score/answer.hpp): what a pipeline correlated, with its number of pixels and
// photons where the file tells them.
#pragma once

#include <string>
#include <vector>

#include "analysis/speckle_record.hpp"
#include "score/answer.hpp"

namespace patina {

struct SpeckleRecords {
  std::string recognised_as;
  std::vector<std::string> notes;
  std::vector<SpeckleRecord> records;
};

// Throws as read_answer(), and Error(bad_input) if the file has neither C nor g2.
SpeckleRecords read_speckle_records(const std::string& path, const AnswerOptions& options = {});

// Of the replicas of a run, files xpcs.h5 with the same entries: C is averaged, pixels are added.
std::vector<SpeckleRecord> read_speckle_records_of_run(const std::vector<std::string>& files);

}  // namespace patina
