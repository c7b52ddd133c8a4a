// SPDX-License-Identifier: BSD-3-Clause
// The figures of a survey as a table for people.
#pragma once

#include <string>

#include "structure/survey.hpp"

namespace patina {

// `most`: how many indices of each species and how many rearrangements of the last frame are shown.
std::string survey_table(const StructureSurvey& survey, std::size_t most);

}  // namespace patina
