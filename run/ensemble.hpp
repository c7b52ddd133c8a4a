// SPDX-License-Identifier: BSD-3-Clause
// From the words of an input to the specifications of the integrator, the minimiser and the potential.
#pragma once

#include "md/integrate.hpp"
#include "md/minimize.hpp"
#include "md/potential.hpp"
#include "run/run_config.hpp"

namespace patina {

// The ensemble of a step at finite temperature: that of /dynamics unless the step has its own. No barostat strains free
// axes, axes that the step deforms, and those that the input takes from it; one that is left without any is none.
EnsembleSpec make_ensemble(const DynamicsConfig& dynamics, const StepConfig& step, const Box& box);

Precision precision_of(const DynamicsConfig& dynamics);

MinimizeSpec make_minimisation(const MinimiseStep& step, const Box& box);

}  // namespace patina
