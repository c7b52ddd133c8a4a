// SPDX-License-Identifier: BSD-3-Clause
// A small input in the shape of a real one, for the tests of the configuration reader.
#pragma once

#include "core/config.hpp"

namespace patina::config_example {

struct NoThermostat {
  static constexpr const char* type_name = "none";
};
inline void describe(ConfigTable<NoThermostat>&) {}

struct Langevin {
  static constexpr const char* type_name = "langevin";
  double friction_per_ps = 1.0;
  std::uint64_t seed = 1;
};
inline void describe(ConfigTable<Langevin>& table) {
  table.number("friction_per_ps", &Langevin::friction_per_ps, {.above = 0.0, .at_most = 1e3}, "friction");
  table.integer("seed", &Langevin::seed, {}, "seed of the noise");
}

struct Cell {
  Vec3 edges_A = {{10.0, 10.0, 10.0}};
  std::array<bool, 3> periodic = {true, true, true};
  std::array<int, 3> cells = {1, 1, 1};
};
inline void describe(ConfigTable<Cell>& table) {
  table.vec3("edges_A", &Cell::edges_A, {.above = 0.0}, "edges");
  table.booleans("periodic", &Cell::periodic, "periodic axes");
  table.integers("cells", &Cell::cells, {.at_least = 1}, "unit cells");
}

struct Observer {
  std::string quantity = "energy";
  int every_steps = 100;
};
inline void describe(ConfigTable<Observer>& table) {
  table.choice("quantity", &Observer::quantity, {"energy", "pressure", "structure_factor"},
               "what is observed");
  table.integer("every_steps", &Observer::every_steps, {.at_least = 1}, "interval");
}

struct Anneal {
  static constexpr const char* type_name = "anneal";
  double duration_ps = 0.0;
  double temperature_K = 300.0;
  std::vector<Observer> observers;
};
inline void describe(ConfigTable<Anneal>& table) {
  table.number("duration_ps", &Anneal::duration_ps, {.at_least = 0.0}, "how long").required();
  table.number("temperature_K", &Anneal::temperature_K, {.above = 0.0, .at_most = 1e5}, "temperature");
  table.list("observers", &Anneal::observers, "observers of this step");
}

struct Quench {
  static constexpr const char* type_name = "quench";
  double from_K = 2000.0, to_K = 300.0;
  double cooling_rate_K_per_ps = 1.0;
};
inline void describe(ConfigTable<Quench>& table) {
  table.number("from_K", &Quench::from_K, {.above = 0.0}, "start");
  table.number("to_K", &Quench::to_K, {.above = 0.0}, "end");
  table.number("cooling_rate_K_per_ps", &Quench::cooling_rate_K_per_ps, {.above = 0.0}, "rate");
  table.check([](const Quench& quench, const ConfigChecker& at) {
    if (quench.to_K >= quench.from_K) at.error("to_K", "must lie below from_K");
  });
}

struct Repeat;
using Step = std::variant<Anneal, Quench, Repeat>;
struct Repeat {
  static constexpr const char* type_name = "repeat";
  int times = 1;
  std::vector<Step> steps;
};
inline void describe(ConfigTable<Repeat>& table) {
  table.integer("times", &Repeat::times, {.at_least = 1, .at_most = 1000}, "how often");
  table.variant_list("steps", &Repeat::steps, "what is repeated");
}

struct Input {
  double time_step_fs = 2.0;
  std::int64_t atoms = 1000;
  bool reproducible = false;
  std::string title = "glass";
  std::optional<double> pressure_GPa;
  std::optional<Observer> extra;
  std::vector<double> q_inv_A = {1.0};
  std::vector<std::string> species;
  std::map<std::string, double> composition = {{"Cu", 0.645}, {"Zr", 0.355}};
  Cell cell;
  std::variant<NoThermostat, Langevin> thermostat;
  std::vector<Step> protocol;
};
inline void describe(ConfigTable<Input>& table) {
  table.number("time_step_fs", &Input::time_step_fs, {.above = 0.0, .at_most = 10.0}, "time step");
  table.integer("atoms", &Input::atoms, {.at_least = 1, .at_most = 9'000'000'000'000'000'000},
                "number of atoms");
  table.boolean("reproducible", &Input::reproducible, "same bits on any number of ranks");
  table.text("title", &Input::title, "title");
  table.optional_number("pressure_GPa", &Input::pressure_GPa, {.at_least = -100.0, .below = 1000.0},
                        "target");
  table.optional_section("extra", &Input::extra, "one more observer");
  table.numbers("q_inv_A", &Input::q_inv_A, {.above = 0.0}, {.at_least = 1, .at_most = 8}, "wave numbers");
  table.texts("species", &Input::species, {}, "names");
  table.number_map("composition", &Input::composition, {.at_least = 0.0, .at_most = 1.0}, {.at_least = 1},
                   "parts");
  table.section("cell", &Input::cell, "the box");
  table.variant("thermostat", &Input::thermostat, "what holds the temperature");
  table.variant_list("protocol", &Input::protocol, "what happens");
}

}  // namespace patina::config_example
