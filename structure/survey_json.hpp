// SPDX-License-Identifier: BSD-3-Clause
// The figures of a survey as JSON: means over frames with errors, and a series of what changes from frame to frame. Every key carries its
// unit; unknown numbers are null.
#pragma once

#include <string>

#include "structure/survey.hpp"

namespace patina {

struct SurveySource {
  std::string file, reference;  // "" unless a file is what frames are compared with
};
std::string survey_json(const StructureSurvey& survey, const SurveySource& source);

}  // namespace patina
