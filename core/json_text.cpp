// SPDX-License-Identifier: BSD-3-Clause
#include "core/json_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace patina {

JsonValue JsonValue::of_kind(Kind kind) {
  JsonValue result;
  result.kind = kind;
  return result;
}

JsonValue JsonValue::make(bool value) {
  JsonValue result = of_kind(Kind::boolean);
  result.boolean = value;
  return result;
}

JsonValue JsonValue::make(std::int64_t value) {
  if (value >= 0) return make(static_cast<std::uint64_t>(value));
  JsonValue result = of_kind(Kind::integer);
  result.integer = value;
  result.real = static_cast<double>(value);
  result.text = std::to_string(value);
  return result;
}

JsonValue JsonValue::make(std::uint64_t value) {
  JsonValue result = of_kind(Kind::natural);
  result.natural = value;
  result.real = static_cast<double>(value);
  result.text = std::to_string(value);
  return result;
}

JsonValue JsonValue::make(double value) {
  JsonValue result = of_kind(std::isfinite(value) ? Kind::real : Kind::non_finite);
  result.real = value;
  result.text = fmt::format("{}", value);  // the shortest text that reads back to the same double
  if (result.kind == Kind::real && result.text.find_first_of(".e") == std::string::npos) result.text += ".0";
  return result;
}

JsonValue JsonValue::make(const std::string& value) {
  JsonValue result = of_kind(Kind::text);
  result.text = value;
  return result;
}

void JsonValue::add(const std::string& member, JsonValue value) {
  value.key = member;
  items.push_back(std::move(value));
}

JsonValue* JsonValue::find(const std::string& member) {
  if (kind != Kind::object) return nullptr;
  for (JsonValue& item : items)
    if (item.key == member) return &item;
  return nullptr;
}

const JsonValue* JsonValue::find(const std::string& member) const {
  return const_cast<JsonValue*>(this)->find(member);
}

namespace {

std::string in_quotes(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + "\"";
}

bool all_scalars(const std::vector<JsonValue>& items) {
  for (const JsonValue& item : items)
    if (item.kind == JsonValue::Kind::array || item.kind == JsonValue::Kind::object) return false;
  return true;
}

std::string container_text(const JsonValue& value, int indent) {
  const bool is_object = value.kind == JsonValue::Kind::object;
  const char* brackets = is_object ? "{}" : "[]";
  std::string result(1, brackets[0]);
  const bool one_line = value.items.empty() || (!is_object && all_scalars(value.items));
  std::string new_line = "\n";
  new_line.append(static_cast<std::size_t>(indent) + 2, ' ');
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) result += one_line ? ", " : ",";
    if (!one_line) result += new_line;
    if (is_object) result += in_quotes(value.items[i].key) + ": ";
    result += to_json_text(value.items[i], indent + 2);
  }
  if (!one_line) result.append(new_line, 0, new_line.size() - 2);
  return result + brackets[1];
}

}  // namespace

std::string to_json_text(const JsonValue& value, int indent) {
  using Kind = JsonValue::Kind;
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::integer:
    case Kind::natural:
    case Kind::real:
      return value.text;
    case Kind::text:
      return in_quotes(value.text);
    case Kind::array:
    case Kind::object:
      return container_text(value, indent);
    case Kind::non_finite:
      break;
  }
  throw Error(ExitCode::internal, "internal error: a setting is not a finite number: " + value.text);
}

std::string describe_value(const JsonValue& value) {
  using Kind = JsonValue::Kind;
  const auto counted = [&](const char* what) {
    return value.items.size() == 1 ? fmt::format("1 {}", what)
                                   : fmt::format("{} {}s", value.items.size(), what);
  };
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::text:
      return "the string \"" + shown(value.text) + "\"";
    case Kind::array:
      return "an array of " + counted("value");
    case Kind::object:
      return "an object of " + counted("key");
    default:
      return shown(value.text);
  }
}

std::string pointer_child(const std::string& path, const std::string& token) {
  std::string result = path + "/";
  for (const char c : token) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace patina
