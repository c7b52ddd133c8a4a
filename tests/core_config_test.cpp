// SPDX-License-Identifier: BSD-3-Clause
// Truth: RFC 8259 and RFC 6901, the rules written in core/config.hpp, IEEE bit patterns of the doubles of the
// round trip, and Damerau-Levenshtein distances worked out by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <ctime>

#include "config_example.hpp"
#include "core/error.hpp"
#include "core/suggest.hpp"

namespace patina {
namespace {

using namespace config_example;

std::string message_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    read_config<Input>(text, "in.json", overrides);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_part(const std::string& message, const std::string& part) {
  EXPECT_NE(message.find(part), std::string::npos) << "lacks: " << part << "\nin: " << message;
}

constexpr const char* whole_input = R"(/* a run */ {
  "$schema": "patina.schema.json", "_comment": ["any", {"thing": 1}], "x-lab": {"sample": 7},
  "time_step_fs": 1e0, "atoms": 1e3, "reproducible": true, "title": "Cu\u2013Zr \"glass\"\n",
  "pressure_GPa": -0.5,
  "extra": {"quantity": "pressure"},
  "q_inv_A": [2.8, 3], "species": ["Cu", "Zr"], "composition": {"Zr": 0.5, "_comment": "x", "Cu": 0.5},
  "cell": {"edges_A": [10, 20.5, 30], "periodic": [true, true, false], "cells": [1, 2.0, 3]},
  "thermostat": {"friction_per_ps": 2, "type": "langevin", "seed": 18446744073709551615},  // type need not be first
  "protocol": [
    {"type": "repeat", "times": 2, "steps": [
      {"type": "anneal", "duration_ps": 0.1, "observers": [{}, {"every_steps": 5}]},
      {"type": "repeat", "steps": [{"type": "quench"}]}]}
  ]
})";

// Shells, or a list of vectors in their place.
struct Vectors {
  std::vector<double> q_inv_A = {2.8};
  std::optional<std::vector<std::array<int, 3>>> miller;
};
void describe(ConfigTable<Vectors>& table) {
  table.numbers("q_inv_A", &Vectors::q_inv_A, {.above = 0.0}, {.at_least = 1}, "shells").unless("miller");
  table.optional_rows("miller", &Vectors::miller, {.at_least = -100, .at_most = 100}, {.at_least = 1}, "a list");
}

TEST(Config, AKeyMayStandInPlaceOfAnother) {
  const Vectors shells = read_config<Vectors>(R"({"q_inv_A": [1.5], "miller": null})", "in.json");
  EXPECT_EQ(shells.q_inv_A, std::vector<double>{1.5});
  EXPECT_FALSE(shells.miller);
  const Vectors list = read_config<Vectors>(R"({"miller": [[1, 0, 0], [0, -2, 3]]})", "in.json");
  EXPECT_EQ(*list.miller, (std::vector<std::array<int, 3>>{{1, 0, 0}, {0, -2, 3}}));
  // What is replaced is not written, so that what is written can be read.
  EXPECT_EQ(resolved_json(list).find("q_inv_A"), std::string::npos);
  EXPECT_NE(resolved_json(shells).find("q_inv_A"), std::string::npos);
  EXPECT_EQ(*read_config<Vectors>(resolved_json(list), "again.json").miller, *list.miller);

  const auto message = [](const std::string& text) {
    try {
      read_config<Vectors>(text, "in.json");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  expect_part(message(R"({"q_inv_A": [1.5], "miller": [[1, 0, 0]]})"),
              "in.json:1:13: /q_inv_A: has no meaning beside \"miller\": leave out this one or \"miller\"");
  expect_part(message(R"({"miller": [[1, 0]]})"), "in.json:1:13: /miller/0: must have 3 elements");
  expect_part(message(R"({"miller": [[1, 0, 0], [1, 0.5, 0]]})"), "in.json:1:28: /miller/1/1: must be an integer");
  expect_part(message(R"({"miller": []})"), "/miller: must have at least 1");
}

TEST(Config, EmptyObjectGivesTheDefaults) {
  const Input input = read_config<Input>("{}", "in.json");
  EXPECT_EQ(input.time_step_fs, 2.0);
  EXPECT_FALSE(input.pressure_GPa.has_value());
  EXPECT_FALSE(input.extra.has_value());
  EXPECT_EQ(input.q_inv_A, std::vector<double>{1.0});
  EXPECT_EQ(input.composition.at("Zr"), 0.355);
  EXPECT_TRUE(std::holds_alternative<NoThermostat>(input.thermostat));
}

TEST(Config, ReadsEveryKind) {
  const Input input = read_config<Input>(whole_input, "in.json");
  EXPECT_EQ(input.time_step_fs, 1.0);
  EXPECT_EQ(input.atoms, 1000);
  EXPECT_TRUE(input.reproducible);
  EXPECT_EQ(input.title, "Cu\xE2\x80\x93Zr \"glass\"\n");
  EXPECT_EQ(input.pressure_GPa, -0.5);
  ASSERT_TRUE(input.extra.has_value());
  EXPECT_EQ(input.extra->quantity, "pressure");
  EXPECT_EQ(input.extra->every_steps, 100);
  EXPECT_EQ(input.q_inv_A, (std::vector<double>{2.8, 3.0}));
  EXPECT_EQ(input.species, (std::vector<std::string>{"Cu", "Zr"}));
  EXPECT_EQ(input.composition, (std::map<std::string, double>{{"Cu", 0.5}, {"Zr", 0.5}}));
  EXPECT_EQ(input.cell.edges_A, (Vec3{{10.0, 20.5, 30.0}}));
  EXPECT_EQ(input.cell.periodic, (std::array<bool, 3>{true, true, false}));
  EXPECT_EQ(input.cell.cells, (std::array<int, 3>{1, 2, 3}));
  const auto& langevin = std::get<Langevin>(input.thermostat);
  EXPECT_EQ(langevin.friction_per_ps, 2.0);
  EXPECT_EQ(langevin.seed, 18446744073709551615u);
  const auto& repeat = std::get<Repeat>(input.protocol.at(0));
  EXPECT_EQ(repeat.times, 2);
  const auto& anneal = std::get<Anneal>(repeat.steps.at(0));
  EXPECT_EQ(anneal.duration_ps, 0.1);
  EXPECT_EQ(anneal.observers.at(1).every_steps, 5);
  EXPECT_TRUE(std::holds_alternative<Quench>(std::get<Repeat>(repeat.steps.at(1)).steps.at(0)));
}

TEST(Config, IntegersAreExact) {
  // 2^53 + 1 is not a double.
  EXPECT_EQ(read_config<Input>(R"({"atoms": 9007199254740993})", "in.json").atoms, 9007199254740993);
  EXPECT_EQ(read_config<Input>(R"({"atoms": 9000000000000000000})", "in.json").atoms, 9000000000000000000);
  EXPECT_EQ(read_config<Input>(R"({"atoms": 9007199254740992.0})", "in.json").atoms, 9007199254740992);
}

TEST(Config, NullUnsetsOptionals) {
  const Input input = read_config<Input>(R"({"pressure_GPa": null, "extra": null})", "in.json");
  EXPECT_FALSE(input.pressure_GPa.has_value());
  EXPECT_FALSE(input.extra.has_value());
}

TEST(Config, ResolvedTextReadsBackToTheSameBits) {
  Input input = read_config<Input>(whole_input, "in.json");
  input.time_step_fs = 0.1 + 0.2;
  input.pressure_GPa = -0.0;
  input.atoms = 9007199254740993;
  input.q_inv_A = {5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1.0 / 3.0, 1e22, 123456789.0};
  input.title = "tab\t quote\" backslash\\ control\x01 slash/ \xF0\x9F\x94\xAC";
  const std::string text = resolved_json(input);
  const Input again = read_config<Input>(text, "resolved.json");
  EXPECT_EQ(again.time_step_fs, input.time_step_fs);
  EXPECT_TRUE(std::signbit(*again.pressure_GPa));
  EXPECT_EQ(again.atoms, input.atoms);
  EXPECT_EQ(again.q_inv_A, input.q_inv_A);
  EXPECT_EQ(again.title, input.title);
  EXPECT_EQ(std::get<Langevin>(again.thermostat).seed, 18446744073709551615u);
  EXPECT_EQ(again.extra->quantity, "pressure");
  EXPECT_EQ(std::get<Anneal>(std::get<Repeat>(again.protocol[0]).steps[0]).observers.size(), 2u);
  EXPECT_EQ(resolved_json(again), text);
  // Every default stands in it, and unset optionals too.
  const std::string defaults = resolved_json(Input());
  for (const char* part :
       {"\"time_step_fs\": 2.0", "\"pressure_GPa\": null", "\"edges_A\": [10.0, 10.0, 10.0]",
        "\"composition\": {\n    \"Cu\": 0.645,\n    \"Zr\": 0.355\n  }",
        "\"thermostat\": {\n    \"type\": \"none\"\n  }", "\"protocol\": []"})
    expect_part(defaults, part);
}

TEST(Config, OverridesReachAnyDepth) {
  const Input input = read_config<Input>(
      whole_input, "in.json",
      {"/atoms=64", "/title=a plain word", "/species/1=Al", "/protocol/0/steps/0/duration_ps=7",
       "/extra=null", "/cell={\"edges_A\": [1, 2, 3]}", "/composition/Al=0.25",
       "/thermostat/type=\"langevin\""});
  EXPECT_EQ(input.atoms, 64);
  EXPECT_EQ(input.title, "a plain word");
  EXPECT_EQ(input.species[1], "Al");
  EXPECT_EQ(std::get<Anneal>(std::get<Repeat>(input.protocol[0]).steps[0]).duration_ps, 7.0);
  EXPECT_FALSE(input.extra.has_value());
  EXPECT_EQ(input.cell.edges_A, (Vec3{{1.0, 2.0, 3.0}}));
  EXPECT_EQ(input.cell.cells, (std::array<int, 3>{1, 1, 1}));
  EXPECT_EQ(input.composition.size(), 3u);
  // Sections that the file does not have are made.
  const Input made =
      read_config<Input>("{}", "in.json", {"/extra/every_steps=3", "/thermostat={\"type\":\"langevin\"}"});
  EXPECT_EQ(made.extra->every_steps, 3);
  EXPECT_TRUE(std::holds_alternative<Langevin>(made.thermostat));
}

TEST(Config, WrongOverridesNameTheOption) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> table = {
      {"/atoms=-1", {"--set /atoms=-1: /atoms: must be an integer >= 1, <= 9000000000000000000, found -1"}},
      {"/atoms=3.7", {"--set /atoms=3.7: /atoms: must be an integer, found 3.7"}},
      {"/atoms=many", {"--set /atoms=many: /atoms: must be an integer, found the string \"many\""}},
      {"/atoms=", {"--set /atoms=: /atoms: must be an integer, found the string \"\""}},
      {"/atms=1", {"--set /atms=1: /: unknown key \"atms\"", "did you mean \"atoms\"?"}},
      {"/cell/edges=1", {"--set /cell/edges=1: /cell: unknown key \"edges\"", "did you mean \"edges_A\"?"}},
      {"/nowhere/at/all=1", {"--set /nowhere/at/all=1: /: unknown key \"nowhere\""}},
      {"/protocol/1/times=2", {"--set /protocol/1/times=2: /protocol: no element \"1\" in this array of 1"}},
      {"/protocol/-1/times=2", {"/protocol: no element \"-1\" in this array of 1"}},
      {"/protocol/99999999999999999999=2", {"no element \"99999999999999999999\""}},
      {"/protocol/0/times=0",
       {"--set /protocol/0/times=0: /protocol/0/times: must be an integer >= 1, <= 1000"}},
      {"/title/x=1", {"--set /title/x=1: /title: is the string \"t\" and has no key \"x\""}},
      {"/extra/every_steps=0", {"--set /extra/every_steps=0: /extra/every_steps: must be an integer >= 1"}},
      {"/thermostat/seed=1", {"--set /thermostat/seed=1: /thermostat: missing key \"type\""}},
      {"/cell={\"edges_A\": [1, 2}", {"--set /cell={\"edges_A\": [1, 2}: ", "not valid JSON"}},
      {"/cell={\"edges_A\": [1, 2, 0]}", {"/cell/edges_A/2: must be > 0, found 0"}},
      {"atoms=1", {"--set atoms=1: /: must be /json/pointer=value"}},
      {"/atoms", {"--set /atoms: /: must be /json/pointer=value"}},
      {"=1", {"--set =1: /: must be /json/pointer=value"}},
      {"", {"--set : /: must be /json/pointer=value"}},
      {std::string(100'000, '/') + "=1", {"nested deeper than 64 levels"}},
  };
  for (const auto& [option, parts] : table) {
    const std::string message = message_of(R"({"title": "t", "protocol": [{"type": "repeat"}]})", {option});
    for (const std::string& part : parts) expect_part(message, part);
  }
}

TEST(Config, RulesAcrossKeysNameTheOverride) {
  expect_part(message_of(R"({"protocol": [{"type": "quench", "to_K": 10}]})", {"/protocol/0/to_K=3000"}),
              "--set /protocol/0/to_K=3000: /protocol/0/to_K: must lie below from_K");
}

TEST(Config, AllErrorsAtOnceInOrder) {
  const std::string message = message_of(
      "{\n"
      "  \"titel\": \"x\",\n"
      "  \"time_step_fs\": -1,\n"
      "  \"atoms\": NaN,\n"
      "  \"cell\": {\"edges_A\": [0, 1, 1e999]},\n"
      "  \"thermostat\": {\"type\": \"langevn\"},\n"
      "  \"protocol\": [{\"type\": \"quench\", \"to_K\": -5}],\n"
      "  \"atoms\": 5\n"
      "}\n",
      {"/reproducible=2"});
  const std::vector<std::string> expected = {
      "in.json:2:3: /: unknown key",
      "error: in.json:3:19: /time_step_fs",
      "error: in.json:4:12: /atoms",
      "error: in.json:5:24: /cell/edges_A/0",
      "error: in.json:5:30: /cell/edges_A/2",
      "error: in.json:6:26: /thermostat/type",
      "error: in.json:7:43: /protocol/0/to_K",
      "error: in.json:8:3: /: duplicate key \"atoms\"",
      "error: --set /reproducible=2: /reproducible: must be true or false",
      "(9 errors in the input"};
  std::size_t at = 0;
  for (const std::string& part : expected) {
    const std::size_t found = message.find(part, at);
    ASSERT_NE(found, std::string::npos) << "lacks: " << part << "\nafter byte " << at << " of: " << message;
    at = found;
  }
}

// Processor time, because other work on the machine must not fail the test.
double seconds_of(const std::string& text, const std::string& part) {
  const std::clock_t begin = std::clock();
  const std::string message = message_of(text);
  const double taken = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  EXPECT_NE(message.find(part), std::string::npos) << part << " in " << message.substr(0, 500);
  EXPECT_LT(message.size(), 100'000u);
  return taken;
}

TEST(Config, BombsEndInAMessage) {
  const double limit = 2.0;  // seconds; each takes < 0.3 s in a release build, a quadratic cost minutes
  EXPECT_LT(seconds_of(std::string(200'000, '['), "1:65: "), limit);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
  EXPECT_LT(seconds_of(text, "nested deeper than 64 levels"), limit);
  EXPECT_LT(seconds_of(std::string(json_max_bytes + 1, ' '), "16777217 bytes; an input has at most 16777216"),
            limit);
  EXPECT_LT(seconds_of(std::string(json_max_bytes, ' '), "the text ends too early"), limit);
  EXPECT_LT(
      seconds_of("{\"title\": \"" + std::string(json_max_bytes - 100, 'x') + "\", \"atoms\": 0}", "/atoms"),
      limit);
  text = "{\"q_inv_A\": [0";
  for (int i = 0; i < 7'000'000; ++i) text += ",0";
  EXPECT_LT(seconds_of(text + "]}", "more than 200000 values"), limit);
  text = "{\"a\": 0";
  for (int i = 0; i < 150'000; ++i) text += ",\"time_step_" + std::to_string(i) + "\": 0";
  EXPECT_LT(seconds_of(text + "}", "(150001 errors in the input"), limit);
  text = "{\"a\": 0";
  for (int i = 0; i < 150'000; ++i) text += ",\"a\": 0";
  EXPECT_LT(seconds_of(text + "}", "duplicate key"), limit);
}

TEST(Config, DepthUpToTheLimitIsRead) {
  std::string text = "{\"_comment\": ";
  for (int i = 0; i < 63; ++i) text += "[";
  for (int i = 0; i < 63; ++i) text += "]";
  EXPECT_EQ(message_of(text + "}"), "no error");
}

TEST(Config, LongLinesAreShownInPart) {
  const std::string message =
      message_of("{\"title\": \"" + std::string(5000, 'x') + "\", \"atoms\": 0, \"species\": []}");
  expect_part(message, "in.json:1:5024: /atoms");
  const std::size_t bar = message.find("    1 | ... ");
  ASSERT_NE(bar, std::string::npos) << message;
  const std::size_t second = message.find('\n', bar) + 1;
  const std::size_t caret = message.find('^', second);
  EXPECT_EQ(message[bar + (caret - second)], '0');  // the caret stands below the value
}

TEST(Config, ReferenceListsEveryKey) {
  const std::string reference = config_reference<Input>();
  for (const char* part :
       {"### `/`\n", "| `time_step_fs` | number | > 0, <= 10 | `2.0` | time step |",
        "| `pressure_GPa` | optional number | >= -100, < 1000 | not set | target |",
        "| `q_inv_A` | list of numbers | 1 to 8 of them; > 0 | `[1.0]` | wave numbers |",
        "| `thermostat` | object |  | type `\"none\"` |", "### `/thermostat`, type `\"langevin\"`\n",
        "### `/protocol/*`, type `\"anneal\"`\n", "| `duration_ps` | number | >= 0 | required | how long |",
        "| observers of this step; keys: `/extra` |",
        "what is repeated; keys: `/protocol/*`, type `\"anneal\"`, `/protocol/*`, type `\"quench\"`"})
    expect_part(reference, part);
  // A struct that stands at several places is described once.
  EXPECT_EQ(reference.find("### `/protocol/*/steps/*`"), std::string::npos);
}

TEST(Suggest, Distances) {
  EXPECT_EQ(damerau_levenshtein("", ""), 0u);
  EXPECT_EQ(damerau_levenshtein("abc", ""), 3u);
  EXPECT_EQ(damerau_levenshtein("kitten", "sitting"), 3u);
  EXPECT_EQ(damerau_levenshtein("ab", "ba"), 1u);
  EXPECT_EQ(damerau_levenshtein("tpye", "type"), 1u);
  EXPECT_EQ(damerau_levenshtein("ca", "abc"), 3u);  // optimal string alignment; unrestricted would be 2
}

TEST(Suggest, NearWordsOnly) {
  const std::vector<std::string> words = {"langevin", "nose_hoover", "none", "K"};
  EXPECT_EQ(nearest("Langevn", words), "langevin");
  EXPECT_EQ(nearest("nose-hover", words), "nose_hoover");
  EXPECT_EQ(nearest("nose", words), "nose_hoover");  // a beginning, though "none" is one change away
  EXPECT_EQ(nearest("nine", words), "none");
  EXPECT_EQ(nearest("mono", words), "");  // two changes of four letters
  EXPECT_EQ(nearest("k", words), "K");
  EXPECT_EQ(nearest("A", words), "");
}

TEST(Suggest, UnitsOfTheSameQuantity) {
  const std::vector<std::string> keys = {"time_step_fs", "temperature_K", "pressure_GPa",
                                         "cooling_rate_K_per_s"};
  expect_part(suggest_key("dt_ps", keys, 0.002), "0.002 ps would be \"time_step_fs\": 2");
  expect_part(suggest_key("timestep", keys), "did you mean \"time_step_fs\"?");
  expect_part(suggest_key("temperature", keys), "did you mean \"temperature_K\"?");
  expect_part(suggest_key("pressure_bar", keys, 1e4), "10000 bar would be \"pressure_GPa\": 1");
  expect_part(suggest_key("pressure_bar", keys), "did you mean \"pressure_GPa\"? It is given in GPa");
  expect_part(suggest_key("rate_K_per_ps", keys, 1.0), "1 K_per_ps would be \"cooling_rate_K_per_s\": 1e+12");
  EXPECT_EQ(suggest_key("pressure_K", keys), "");
  // Of 4e14 K/ps the answer would be 4e26 K/s, which the key does not take.
  const auto up_to_1e17 = [](const std::string&, double number) { return number <= 1e17; };
  EXPECT_EQ(suggest_key("rate_K_per_ps", keys, 4e14, up_to_1e17), "did you mean \"cooling_rate_K_per_s\"? It is given in K_per_s");
  expect_part(suggest_key("rate_K_per_ps", keys, 400.0, up_to_1e17), "400 K_per_ps would be \"cooling_rate_K_per_s\": 4e+14");
  EXPECT_EQ(suggest_key(std::string(100'000, 'p'), keys), "");
}

}  // namespace
}  // namespace patina
