// SPDX-License-Identifier: BSD-3-Clause
#include "core/elements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <string>

#include "core/error.hpp"

namespace patina {

namespace {

// Number, symbol, weight (amu), radius (Angstrom).
constexpr Element elements[] = {
    {1, "H", 1.0080, 0},      {2, "He", 4.0026, 0},     {3, "Li", 6.94, 1.52},    {4, "Be", 9.0122, 1.12},
    {5, "B", 10.81, 0.97},    {6, "C", 12.011, 0.77},   {7, "N", 14.007, 0},      {8, "O", 15.999, 0},
    {9, "F", 18.998, 0},      {10, "Ne", 20.180, 0},    {11, "Na", 22.990, 1.86}, {12, "Mg", 24.305, 1.6},
    {13, "Al", 26.982, 1.43}, {14, "Si", 28.085, 1.17}, {15, "P", 30.974, 1.09},  {16, "S", 32.06, 0},
    {17, "Cl", 35.45, 0},     {18, "Ar", 39.95, 0},     {19, "K", 39.098, 2.27},  {20, "Ca", 40.078, 1.97},
    {21, "Sc", 44.956, 1.62}, {22, "Ti", 47.867, 1.47}, {23, "V", 50.942, 1.34},  {24, "Cr", 51.996, 1.28},
    {25, "Mn", 54.938, 1.27}, {26, "Fe", 55.845, 1.26}, {27, "Co", 58.933, 1.25}, {28, "Ni", 58.693, 1.24},
    {29, "Cu", 63.546, 1.28}, {30, "Zn", 65.38, 1.34},  {31, "Ga", 69.723, 1.35}, {32, "Ge", 72.630, 1.22},
    {33, "As", 74.922, 0},    {34, "Se", 78.971, 0},    {35, "Br", 79.904, 0},    {36, "Kr", 83.798, 0},
    {37, "Rb", 85.468, 2.48}, {38, "Sr", 87.62, 2.15},  {39, "Y", 88.906, 1.8},   {40, "Zr", 91.224, 1.6},
    {41, "Nb", 92.906, 1.46}, {42, "Mo", 95.95, 1.39},  {43, "Tc", 0, 1.36},      {44, "Ru", 101.07, 1.34},
    {45, "Rh", 102.91, 1.34}, {46, "Pd", 106.42, 1.37}, {47, "Ag", 107.87, 1.44}, {48, "Cd", 112.41, 1.51},
    {49, "In", 114.82, 1.67}, {50, "Sn", 118.71, 1.58}, {51, "Sb", 121.76, 0},    {52, "Te", 127.60, 0},
    {53, "I", 126.90, 0},     {54, "Xe", 131.29, 0},    {55, "Cs", 132.91, 2.65}, {56, "Ba", 137.33, 2.22},
    {57, "La", 138.91, 1.87}, {58, "Ce", 140.12, 1.82}, {59, "Pr", 140.91, 1.82}, {60, "Nd", 144.24, 1.81},
    {61, "Pm", 0, 0},         {62, "Sm", 150.36, 1.8},  {63, "Eu", 151.96, 0},    {64, "Gd", 157.25, 1.8},
    {65, "Tb", 158.93, 1.77}, {66, "Dy", 162.50, 1.78}, {67, "Ho", 164.93, 1.76}, {68, "Er", 167.26, 1.76},
    {69, "Tm", 168.93, 1.76}, {70, "Yb", 173.05, 1.76}, {71, "Lu", 174.97, 1.74}, {72, "Hf", 178.49, 1.59},
    {73, "Ta", 180.95, 1.46}, {74, "W", 183.84, 1.39},  {75, "Re", 186.21, 1.37}, {76, "Os", 190.23, 1.35},
    {77, "Ir", 192.22, 1.36}, {78, "Pt", 195.08, 1.39}, {79, "Au", 196.97, 1.44}, {80, "Hg", 200.59, 1.51},
    {81, "Tl", 204.38, 1.7},  {82, "Pb", 207.2, 1.75},  {83, "Bi", 208.98, 0},    {84, "Po", 0, 0},
    {85, "At", 0, 0},         {86, "Rn", 0, 0},         {87, "Fr", 0, 0},         {88, "Ra", 0, 0},
    {89, "Ac", 0, 0},         {90, "Th", 232.04, 1.79}, {91, "Pa", 231.04, 0},    {92, "U", 238.03, 1.56},
    {93, "Np", 0, 0},         {94, "Pu", 0, 0},         {95, "Am", 0, 0},         {96, "Cm", 0, 0},
    {97, "Bk", 0, 0},         {98, "Cf", 0, 0},         {99, "Es", 0, 0},         {100, "Fm", 0, 0},
    {101, "Md", 0, 0},        {102, "No", 0, 0},        {103, "Lr", 0, 0},        {104, "Rf", 0, 0},
    {105, "Db", 0, 0},        {106, "Sg", 0, 0},        {107, "Bh", 0, 0},        {108, "Hs", 0, 0},
    {109, "Mt", 0, 0},        {110, "Ds", 0, 0},        {111, "Rg", 0, 0},        {112, "Cn", 0, 0},
    {113, "Nh", 0, 0},        {114, "Fl", 0, 0},        {115, "Mc", 0, 0},        {116, "Lv", 0, 0},
    {117, "Ts", 0, 0},        {118, "Og", 0, 0},
};
static_assert(std::size(elements) == 118);

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

// "did you mean Zr?" for another case; else the symbols with the same first letter.
std::string suggestion(std::string_view symbol) {
  const std::string wanted = upper_case(symbol);
  std::string alike;
  for (const Element& e : elements) {
    const std::string upper = upper_case(e.symbol);
    if (upper == wanted) return fmt::format("did you mean \"{}\"?", e.symbol);
    if (!wanted.empty() && upper[0] == wanted[0])
      alike += (alike.empty() ? "" : ", ") + std::string(e.symbol);
  }
  return alike.empty() ? "symbols are like Cu, Zr" : "allowed with this letter: " + alike;
}

}  // namespace

const Element* find_element(std::string_view symbol) {
  const auto* found = std::find_if(std::begin(elements), std::end(elements),
                                   [&](const Element& e) { return e.symbol == symbol; });
  return found == std::end(elements) ? nullptr : found;
}

const Element& element(std::string_view symbol) {
  if (const Element* found = find_element(symbol)) return *found;
  throw Error(ExitCode::bad_input,
              fmt::format("\"{}\" is not the symbol of an element ({})", symbol, suggestion(symbol)));
}

double atomic_weight_amu(std::string_view symbol) {
  const Element& found = element(symbol);
  if (found.weight_amu == 0.0)
    throw Error(ExitCode::bad_input,
                fmt::format("{} has no standard atomic weight (no stable isotope)", symbol));
  return found.weight_amu;
}

const Element* nearest_element(double mass_amu, double tolerance_amu) {
  const Element* best = nullptr;
  double best_distance = tolerance_amu;
  for (const Element& e : elements) {
    const double distance = std::abs(e.weight_amu - mass_amu);
    if (e.weight_amu > 0.0 && distance <= best_distance) {
      best = &e;
      best_distance = distance;
    }
  }
  return best;
}

std::string_view element_symbol(int atomic_number) {
  return atomic_number >= 1 && atomic_number <= 118 ? elements[atomic_number - 1].symbol : std::string_view();
}

int atomic_number_of(std::string_view symbol) {
  const Element* found = find_element(symbol);
  return found == nullptr ? 0 : found->number;
}

}  // namespace patina
