// SPDX-License-Identifier: BSD-3-Clause
// The chemical elements: symbol, atomic number, standard atomic weight and a metallic radius.
// Weights (amu): abridged to five digits, CIAAW 2021 [Prohaska et al., Pure Appl. Chem. 94 (2022) 573,
// doi 10.1515/pac-2019-0603]; 0 where an element has none (no stable isotope).
// Radii (Angstrom): 12-coordinate metallic radii [Greenwood & Earnshaw, Chemistry of the Elements, 2nd ed.],
// for metalloids and carbon the atomic radii of [Flinn & Trojan, Engineering Materials and Their
// Applications, 1975]; 0 where there is none. They only set how close atoms may be in a random starting
// structure.
#pragma once

#include <string_view>

namespace patina {

struct Element {
  int number;
  std::string_view symbol;
  double weight_amu;
  double radius_A;
};

// nullptr if the symbol is not one of an element; the case matters.
const Element* find_element(std::string_view symbol);
// Throws Error(bad_input) with what may have been meant.
const Element& element(std::string_view symbol);
// The standard weight; throws Error(bad_input) if there is no such element or it has no standard weight.
double atomic_weight_amu(std::string_view symbol);
// The element whose standard weight is nearest to `mass_amu` and within `tolerance_amu` of it, or nullptr.
const Element* nearest_element(double mass_amu, double tolerance_amu = 0.1);

// Empty if there is no such element.
std::string_view element_symbol(int atomic_number);
// 0 if the symbol is not one of an element.
int atomic_number_of(std::string_view symbol);

}  // namespace patina
