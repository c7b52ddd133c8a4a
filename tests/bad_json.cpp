// SPDX-License-Identifier: BSD-3-Clause
// Texts that are not JSON, and what must be said about each: wrong whatever keys the input has. Truth: written by hand,
// line:column counted in the text.
#include "bad_json.hpp"

namespace patina::test {

std::vector<BadText> bad_json() {
  return {
      {"", {"1:1: /: not valid JSON: the text ends too early"}},
      {"  \n ", {"2:2: /: not valid JSON: the text ends too early"}},
      {"{", {"1:2: /: not valid JSON: the text ends too early", "not closed: what begins on line 1"}},
      {"{\"cell\": {\n\"edges_A\": [1, 2",
       {"2:17: /cell/edges_A: not valid JSON: the text ends too early", "what begins on line 2"}},
      {"{\"atoms\": 1,}", {"1:12: /: not valid JSON: a comma before the closing bracket", "remove it"}},
      {"{\"q_inv_A\": [1, 2, ]}", {"1:18: /q_inv_A: not valid JSON: a comma before the closing bracket"}},
      {"{\"q_inv_A\": [1,, 2]}", {"1:16: /q_inv_A: not valid JSON: unexpected ','"}},
      {"{\"atoms\": 1 \"title\": \"x\"}", {"1:13: /: not valid JSON", "is a comma missing before this?"}},
      {"{\"atoms\": 1\n \"title\": \"x\"}", {"2:2: /: not valid JSON", "is a comma missing before this?"}},
      {"{\"q_inv_A\": [1 2]}", {"1:16: /q_inv_A: not valid JSON", "is a comma missing before this?"}},
      {"{\"atoms\" 1}", {"1:10: /: not valid JSON", "is the ':' after the key missing?"}},
      {"{\"atoms\" = 1}", {"1:10: /: not valid JSON"}},
      {"{atoms: 1}", {"1:2: /: not valid JSON", "double quotes"}},
      {"{'atoms': 1}", {"1:2: /: not valid JSON", "double quotes"}},
      {"{\"title\": 'x'}", {"1:11: /: not valid JSON", "double quotes"}},
      {"{\"title\": glass}", {"1:11: /: not valid JSON", "^~~~~ text stands in double quotes"}},
      {"{\"title\": \"x}", {"1:11: /: not valid JSON: this string does not end"}},
      {"{\"title\": \"x\n}", {"1:11: /: not valid JSON: this string does not end on its line"}},
      {"{\"title\": \"a\\qb\"}", {"1:14: /: not valid JSON: invalid string"}},
      {"{\"title\": \"a\tb\"}", {"1:13: /: not valid JSON: invalid string: control character U+0009"}},
      {"{\"title\": \"\\ud800\"}", {"/: not valid JSON: invalid string: surrogate"}},
      {"{\"reproducible\": True}", {"1:18: /: not valid JSON", "JSON writes true and false"}},
      {"{\"pressure_GPa\": None}", {"1:18: /: not valid JSON", "JSON writes null"}},
      {"{\"atoms\": 012}", {"1:11: /: not valid JSON", "^~~ a number does not begin with 0"}},
      {"{\"atoms\": 0x10}", {"1:12: /: not valid JSON"}},
      {"{\"atoms\": +5}", {"1:11: /: not valid JSON", "a number begins with a digit or '-'"}},
      {"{\"atoms\": .5}", {"1:11: /: not valid JSON", "a number begins with a digit or '-'"}},
      {"{\"atoms\": 5.}", {"1:11: /: not valid JSON: invalid number", "^~ this is no JSON number\n"}},
      {"{\"atoms\": 1.5.2}", {"1:11: /: not valid JSON", "^~~~~ this is no JSON number"}},
      {"{\"atoms\": 1_000}", {"1:12: /: not valid JSON"}},
      {"{\"atoms\": 1e}", {"/: not valid JSON: invalid number"}},
      {"{\"atoms\": \xE2\x88\x92"
       "5}",
       {"1:11: /: not valid JSON: invalid literal"}},
      {"{} {}", {"1:4: /: not valid JSON", "the input's one value is complete before this"}},
      {"{}]", {"1:3: /: not valid JSON", "the input's one value is complete before this"}},
      {"{\"q_inv_A\": [1}", {"1:15: /q_inv_A: not valid JSON: unexpected '}'"}},
      {"# comment\n{}", {"1:1: /: not valid JSON", "a comment begins with //"}},
      {"{} /* open", {"not valid JSON: invalid comment"}},
      {"\xEF\xBB\xBF{}", {"1:1: /: begins with a byte-order mark"}},
      {std::string("\xFF\xFE{\0}\0", 6), {"1:1: /: looks like UTF-16"}},
      {std::string("{\0}\0", 4), {"1:1: /: looks like UTF-16"}},
      {std::string("{\"title\": \"a\0b\"}", 16), {"1:13: /: NUL byte"}},
      {"{\"title\": \"\xFF\"}", {"1:12: /: byte 0xFF is not UTF-8"}},
      {"{\"title\": \"\xC0\xAF\"}", {"1:12: /: byte 0xC0 is not UTF-8"}},
      {"{\"title\": \"\xED\xA0\x80\"}", {"1:12: /: byte 0xED is not UTF-8"}},
      {"{} // \xE9", {"1:7: /: byte 0xE9 is not UTF-8"}},
  };
}

}  // namespace patina::test
