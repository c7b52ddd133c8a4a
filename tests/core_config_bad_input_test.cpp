// SPDX-License-Identifier: BSD-3-Clause
// Truth: what each wrong input must say was written by hand: line:column counted in the text, the JSON path,
// the value found, what is allowed, and the suggestion.
#include <gtest/gtest.h>

#include "bad_json.hpp"
#include "config_example.hpp"
#include "core/error.hpp"

namespace patina {
namespace {

using config_example::Input;
using BadInput = test::BadText;

std::string message_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    read_config<Input>(text, "in.json", overrides);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "no error";
}

void expect_messages(const std::vector<BadInput>& table) {
  for (const BadInput& row : table) {
    const std::string message = message_of(row.text);
    for (const std::string& part : row.parts)
      EXPECT_NE(message.find(part), std::string::npos)
          << "input: " << row.text << "\nlacks: " << part << "\nin: " << message;
    EXPECT_NE(message.find("(1 error in the input"), std::string::npos) << row.text << "\n" << message;
  }
}

TEST(ConfigBadInput, Numbers) {
  expect_messages({
      {R"({"time_step_fs": "2"})",
       {"in.json:1:18: /time_step_fs: must be a number, found the string \"2\"", "without the quotes"}},
      {R"({"time_step_fs": "2 fs"})", {"in.json:1:18: /time_step_fs", "its unit stands in the key"}},
      {R"({"time_step_fs": "fast"})", {"1:18: /time_step_fs: must be a number, found the string \"fast\""}},
      {R"({"time_step_fs": true})", {"1:18: /time_step_fs: must be a number, found true"}},
      {R"({"time_step_fs": null})", {"1:18: /time_step_fs: must be a number, found null"}},
      {R"({"time_step_fs": [2]})", {"1:18: /time_step_fs: must be a number, found an array of 1 value"}},
      {R"({"time_step_fs": {}})", {"1:18: /time_step_fs: must be a number, found an object of 0 keys"}},
      {R"({"time_step_fs": 0})", {"1:18: /time_step_fs: must be > 0, <= 10, found 0"}},
      {R"({"time_step_fs": -1})", {"1:18: /time_step_fs: must be > 0, <= 10, found -1"}},
      {R"({"time_step_fs": 10.000001})", {"must be > 0, <= 10, found 10.000001"}},
      {R"({"time_step_fs": 1e30})", {"must be > 0, <= 10, found 1e30"}},
      {R"({"time_step_fs": 1e-999})", {"must be > 0, <= 10, found 1e-999"}},
      {R"({"time_step_fs": 1e999})", {"1:18: /time_step_fs: must be a finite number, found 1e999"}},
      {R"({"time_step_fs": -1e999})", {"1:18: /time_step_fs: must be a finite number, found -1e999"}},
      {R"({"time_step_fs": NaN})", {"1:18: /time_step_fs: must be a finite number, found NaN"}},
      {R"({"time_step_fs": nan})", {"1:18: /time_step_fs: must be a finite number, found nan"}},
      {R"({"time_step_fs": Infinity})", {"1:18: /time_step_fs: must be a finite number, found Infinity"}},
      {R"({"time_step_fs": -Infinity})",
       {"1:18: /time_step_fs: must be a finite number, found -Infinity", "^~~~~~~~~\n"}},
      {R"({"pressure_GPa": 1000})", {"1:18: /pressure_GPa: must be >= -100, < 1000, found 1000"}},
      {R"({"pressure_GPa": "0"})", {"1:18: /pressure_GPa: must be a number", "without the quotes"}},
      {R"({"q_inv_A": 3})", {"1:13: /q_inv_A: must be an array [...], found 3"}},
      {R"({"q_inv_A": []})", {"1:13: /q_inv_A: must have 1 to 8 elements, found an array of 0 values"}},
      {R"({"q_inv_A": [1,1,1,1,1,1,1,1,1]})", {"must have 1 to 8 elements, found an array of 9 values"}},
      {R"({"q_inv_A": [1, -1]})", {"1:17: /q_inv_A/1: must be > 0, found -1"}},
      {R"({"q_inv_A": [1, "1"]})", {"1:17: /q_inv_A/1: must be a number"}},
      {R"({"cell": {"edges_A": [1, 2]}})",
       {"1:22: /cell/edges_A: must have 3 elements, found an array of 2"}},
      {R"({"cell": {"edges_A": [1, 2, 0]}})", {"1:29: /cell/edges_A/2: must be > 0, found 0"}},
      {R"({"composition": {}})", {"1:17: /composition: must have at least 1 entries"}},
      {R"({"composition": {"Cu": 1.5}})", {"1:24: /composition/Cu: must be >= 0, <= 1, found 1.5"}},
      {R"({"composition": ["Cu"]})",
       {"1:17: /composition: must be an object {\"name\": number, ...}, found an array"}},
      {R"({"composition": {"Cu": 0.5, "Cu": 0.5}})", {"1:29: /composition: duplicate key \"Cu\""}},
  });
}

TEST(ConfigBadInput, Counts) {
  expect_messages({
      {R"({"atoms": 3.7})", {"1:11: /atoms: must be an integer, found 3.7"}},
      {R"({"atoms": "100"})",
       {"1:11: /atoms: must be an integer, found the string \"100\"", "without the quotes"}},
      {R"({"atoms": true})", {"1:11: /atoms: must be an integer, found true"}},
      {R"({"atoms": null})", {"1:11: /atoms: must be an integer, found null"}},
      {R"({"atoms": -1})", {"1:11: /atoms: must be an integer >= 1, <= 9000000000000000000, found -1"}},
      {R"({"atoms": 0})", {"1:11: /atoms: must be an integer >= 1, <= 9000000000000000000, found 0"}},
      {R"({"atoms": 1e30})", {"1:11: /atoms: must be an integer >= 1, <= 9000000000000000000, found 1e30"}},
      {R"({"atoms": 1e18})", {"found 1e18", "write all its digits"}},
      {R"({"atoms": 9000000000000000001})", {"<= 9000000000000000000, found 9000000000000000001"}},
      {R"({"atoms": 9223372036854775808})", {"<= 9000000000000000000, found 9223372036854775808"}},
      {R"({"atoms": 18446744073709551616})", {"<= 9000000000000000000, found 18446744073709551616"}},
      {R"({"atoms": -9223372036854775809})", {"must be an integer >= 1", "found -9223372036854775809"}},
      {R"({"atoms": NaN})", {"1:11: /atoms: must be an integer, found NaN"}},
      {R"({"cell": {"cells": [1, 2, 2147483648]}})",
       {"1:27: /cell/cells/2: must be an integer >= 1, <= 2147483647, found 2147483648"}},
      {R"({"cell": {"cells": [1, 2, 4294967297]}})",
       {"/cell/cells/2: must be an integer >= 1, <= 2147483647"}},
      {R"({"cell": {"cells": 2}})", {"1:20: /cell/cells: must be an array [...], found 2"}},
      {R"({"thermostat": {"type": "langevin", "seed": -1}})",
       {"1:45: /thermostat/seed: must be an integer >= 0, <= 18446744073709551615, found -1"}},
      {R"({"thermostat": {"type": "langevin", "seed": 18446744073709551616}})",
       {"/thermostat/seed: must be an integer >= 0, <= 18446744073709551615"}},
  });
}

TEST(ConfigBadInput, TextsAndChoices) {
  expect_messages({
      {R"({"title": 7})", {"1:11: /title: must be a string, found 7"}},
      {R"({"title": null})", {"1:11: /title: must be a string, found null"}},
      {R"({"title": "a\u0000b"})", {"1:11: /title: must be a string without NUL"}},
      {R"({"species": "Cu"})", {"1:13: /species: must be an array [...], found the string \"Cu\""}},
      {R"({"species": ["Cu", 40]})", {"1:20: /species/1: must be a string, found 40"}},
      {R"({"reproducible": 1})", {"1:18: /reproducible: must be true or false, found 1"}},
      {R"({"reproducible": "true"})",
       {"1:18: /reproducible: must be true or false, found the string \"true\""}},
      {R"({"cell": {"periodic": [true, 1, true]}})",
       {"1:30: /cell/periodic/1: must be true or false, found 1"}},
      {R"({"extra": {"quantity": "enrgy"}})",
       {"1:24: /extra/quantity: must be one of \"energy\", \"pressure\", \"structure_factor\", found the "
        "string \"enrgy\"",
        "did you mean \"energy\"?"}},
      {R"({"extra": {"quantity": "Pressure"}})", {"/extra/quantity", "did you mean \"pressure\"?"}},
      {R"({"extra": {"quantity": 1}})", {"1:24: /extra/quantity: must be one of", "found 1"}},
      {R"({"extra": []})", {"1:11: /extra: must be an object {...}, found an array of 0 values"}},
  });
}

TEST(ConfigBadInput, KeysAndObjects) {
  expect_messages({
      {R"({"titel": "x"})",
       {"1:2: /: unknown key \"titel\"", "did you mean \"title\"?",
        "allowed here: time_step_fs, atoms, reproducible"}},
      {R"({"Atoms": 5})", {"1:2: /: unknown key \"Atoms\"", "did you mean \"atoms\"?"}},
      {R"({"colour": 5})", {"1:2: /: unknown key \"colour\""}},
      {R"({"dt_ps": 0.002})",
       {"1:2: /: unknown key \"dt_ps\"", "this is given in fs: 0.002 ps would be \"time_step_fs\": 2"}},
      {R"({"time_step": 2})", {"unknown key \"time_step\"", "did you mean \"time_step_fs\"?"}},
      {R"({"pressure_bar": 10000})", {"10000 bar would be \"pressure_GPa\": 1"}},
      {R"({"": 1})", {"1:2: /: unknown key \"\""}},
      {R"({"title": "a", "title": "b"})",
       {"1:16: /: duplicate key \"title\"", "it stands on line 1 already"}},
      {R"({"cell": 5})", {"1:10: /cell: must be an object {...}, found 5"}},
      {R"({"cell": {"edge_A": [1,1,1]}})",
       {"1:11: /cell: unknown key \"edge_A\"", "did you mean \"edges_A\"?",
        "allowed here: edges_A, periodic, cells"}},
      {R"({"thermostat": "langevin"})",
       {"1:16: /thermostat: must be an object {...}, found the string \"langevin\""}},
      {R"({"thermostat": {}})", {"1:16: /thermostat: missing key \"type\": one of \"none\", \"langevin\""}},
      {R"({"thermostat": {"type": "langevn"}})",
       {"1:25: /thermostat/type: must be one of \"none\", \"langevin\", found the string \"langevn\"",
        "did you mean \"langevin\"?"}},
      {R"({"thermostat": {"type": "none", "seed": 1}})",
       {"1:33: /thermostat: unknown key \"seed\"", "allowed here: type"}},
      {R"({"protocol": {}})", {"1:14: /protocol: must be an array [...], found an object of 0 keys"}},
      {R"({"protocol": [{"type": "anneal"}]})",
       {"1:15: /protocol/0: missing key \"duration_ps\": number; >= 0"}},
      {R"({"protocol": [null]})", {"1:15: /protocol/0: must be an object {...}, found null"}},
      {R"({"protocol": [{"type": "quench", "from_K": 300, "to_K": 2000}]})",
       {"1:49: /protocol/0/to_K: must lie below from_K"}},
      {R"({"protocol": [{"type": "quench", "from_K": 300}]})",
       {"1:15: /protocol/0/to_K: must lie below from_K"}},
      {R"({"protocol": [{"type": "repeat", "steps": [{"type": "repeat", "times": 0}]}]})",
       {"1:72: /protocol/0/steps/0/times: must be an integer >= 1, <= 1000, found 0"}},
      {R"({"a/b~": 1})", {"unknown key \"a/b~\""}},
      {"{\n  \"protocol\": [\n    {\"type\": \"anneal\", \"duration_ps\": 1},\n    {\n      \"type\": "
       "\"quench\",\n      \"coolingrate_K_per_ps\": 10\n    }\n  ]\n}",
       {"in.json:6:7: /protocol/1: unknown key \"coolingrate_K_per_ps\"\n    6 |       "
        "\"coolingrate_K_per_ps\": 10\n      |       ^~~~~~~~~~~~~~~~~~~~~~ did you mean "
        "\"cooling_rate_K_per_ps\"?\n  allowed here: type, from_K, to_K, cooling_rate_K_per_ps\n"}},
      {R"({"protocol": [{"type": "quench", "cooling_rate_K_per_s": 1e12}]})",
       {"this is given in K_per_ps: 1e+12 K_per_s would be \"cooling_rate_K_per_ps\": 1"}},
      {R"([])", {"1:1: /: must be an object {...}, found an array of 0 values"}},
      {R"("x")", {"1:1: /: must be an object {...}, found the string \"x\""}},
      {"{\"title\": \"\xC3\xA9\xC3\xA9\", \"atoms\": 0}", {"in.json:1:26: /atoms"}},
  });
}

TEST(ConfigBadInput, Syntax) { expect_messages(test::bad_json()); }

}  // namespace
}  // namespace patina
