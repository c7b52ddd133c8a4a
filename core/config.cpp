// SPDX-License-Identifier: BSD-3-Clause
// A whole input: its text, the --set overrides, and every error of both.
#include "core/config_beside.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/placed_errors.hpp"

namespace patina {
namespace {

// "~1" is '/', "~0" is '~' (RFC 6901).
std::string unescaped(const std::string& token) {
  std::string result;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char next = i + 1 < token.size() ? token[i + 1] : '\0';
    const bool is_escape = token[i] == '~' && (next == '0' || next == '1');
    result += is_escape ? (next == '0' ? '~' : '/') : token[i];
    if (is_escape) ++i;
  }
  return result;
}

std::vector<std::string> pointer_tokens(const std::string& pointer) {
  std::vector<std::string> tokens;
  for (std::size_t begin = 1; begin <= pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', begin), pointer.size());
    tokens.push_back(unescaped(pointer.substr(begin, end - begin)));
    begin = end + 1;
  }
  return tokens;
}

// The value at `token` inside `parent`, made (as null) if an object lacks it. Null and a report if it cannot
// be.
JsonValue* step_into(JsonValue& parent, const std::string& token, const std::string& path,
                     const JsonSpan& option, InputErrors& errors) {
  const std::string shown_path = path.empty() ? "/" : path;
  if (parent.kind == JsonValue::Kind::object) {
    if (JsonValue* member = parent.find(token)) return member;
    parent.items.emplace_back();
    parent.items.back().key = token;
    parent.items.back().key_span = option;
    return &parent.items.back();
  }
  if (parent.kind == JsonValue::Kind::array) {
    const bool is_index =
        !token.empty() && token.size() < 10 && token.find_first_not_of("0123456789") == std::string::npos;
    const std::size_t i = is_index ? std::stoul(token) : parent.items.size();
    if (i < parent.items.size()) return &parent.items[i];
    errors.add(option, shown_path,
               fmt::format("no element \"{}\" in this array of {}", shown(token), parent.items.size()));
    return nullptr;
  }
  errors.add(option, shown_path,
             fmt::format("is {} and has no key \"{}\"", describe_value(parent), shown(token)));
  return nullptr;
}

bool parse_override_value(const std::string& text, int index, InputErrors& errors, JsonValue& value) {
  if (parse_json(text, index, nullptr, value)) return true;
  const bool meant_as_json = !text.empty() && std::string("{[\"").find(text[0]) != std::string::npos;
  if (meant_as_json) return parse_json(text, index, &errors, value);
  value = JsonValue::make(text);
  value.span = {0, text.size(), index};
  return true;
}

void apply_override(const std::string& option, int index, JsonValue& root, InputErrors& errors) {
  const JsonSpan span{0, option.size(), index};
  const std::size_t equals = option.find('=');
  if (equals == std::string::npos || option[0] != '/' || equals < 2) {
    const bool slash_alone_lacks = equals != std::string::npos && equals > 0 && option[0] != '/';
    errors.add(span, "/", "must be /json/pointer=value",
               slash_alone_lacks ? "--set /" + shown(option) : "for example --set /protocol/0/duration_ps=10");
    return;
  }
  const std::vector<std::string> tokens = pointer_tokens(option.substr(0, equals));
  if (tokens.size() > json_max_depth) {
    errors.add(span, "/", fmt::format("nested deeper than {} levels", json_max_depth));
    return;
  }
  JsonValue value;
  if (!parse_override_value(option.substr(equals + 1), index, errors, value)) return;
  JsonValue* at = &root;
  std::string path;
  for (const std::string& token : tokens) {
    if (at != &root && at->kind == JsonValue::Kind::null) {  // made on the way here, or null in the file
      at->kind = JsonValue::Kind::object;
      at->span = span;
    }
    at = step_into(*at, token, path, span, errors);
    if (!at) return;
    path = pointer_child(path, token);
  }
  value.key = at->key;
  value.key_span = at->key_span;
  *at = std::move(value);
}

}  // namespace

void read_config_text(const std::string& text, const std::string& file_name,
                      const std::vector<std::string>& overrides, SchemaMaker schema, void* object) {
  read_config_text(text, file_name, overrides, schema, object, [](const ConfigChecker&) {});
}

void read_config_text(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides, SchemaMaker schema,
                      void* object, const std::function<void(const ConfigChecker&)>& rule) {
  InputErrors errors(file_name, text, overrides);
  JsonValue root;
  if (parse_json(text, -1, &errors, root)) {
    if (root.kind == JsonValue::Kind::object)
      for (std::size_t i = 0; i < overrides.size(); ++i)
        apply_override(overrides[i], static_cast<int>(i), root, errors);
    const ConfigNode node{root, "", errors};
    object_type(schema).read(node, object);
    try {
      if (root.kind == JsonValue::Kind::object) rule(ConfigChecker(node));
    } catch (const Error&) {
      if (errors.count() == 0) throw;
    }
  }
  errors.throw_if_any();
}

void PlacedErrorList::throw_if_any(const std::string& text, const std::string& file_name, const std::vector<std::string>& overrides) const {
  InputErrors errors(file_name, text, overrides);
  JsonValue root;
  if (errors_.empty() || !parse_json(text, -1, &errors, root)) return throw_if_any();
  for (std::size_t i = 0; i < overrides.size(); ++i) apply_override(overrides[i], static_cast<int>(i), root, errors);
  for (const auto& [path, message] : errors_) ConfigChecker({root, "", errors}).error(path.substr(1), message);
  errors.throw_if_any();
}

std::string config_text(SchemaMaker schema, const void* object) {
  return to_json_text(object_type(schema).write(object)) + "\n";
}

}  // namespace patina
