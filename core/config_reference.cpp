// SPDX-License-Identifier: BSD-3-Clause
// The reference page of all keys, from the same tables that read them.
#include <fmt/format.h>

#include <map>

#include "core/config.hpp"

namespace patina {
namespace {

// Markdown tables end a cell at '|'.
std::string cell(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

std::string default_of(const ConfigEntry& entry, void* defaults) {
  if (entry.is_required) return "required";
  const JsonValue value = entry.type.write(entry.member(defaults));
  if (value.kind == JsonValue::Kind::null) return entry.unset;
  const bool is_table = !entry.type.nested.empty();
  if (is_table && value.kind == JsonValue::Kind::array)
    return value.items.empty() ? "`[]`" : "see the inputs";
  if (is_table) {
    const JsonValue* type = value.find("type");
    return type && entry.type.nested.size() > 1 ? fmt::format("type `\"{}\"`", type->text) : "its defaults";
  }
  std::string text = to_json_text(value);
  if (text.find('\n') != std::string::npos) text = "its defaults";
  return text.size() > 60 ? "see the inputs" : "`" + text + "`";
}

class ReferenceWriter {
 public:
  void write(SchemaMaker maker, const std::string& path, const std::string& type_name) {
    std::string title = fmt::format("`{}`", path.empty() ? "/" : path);
    if (!type_name.empty()) title += fmt::format(", type `\"{}\"`", type_name);
    // A struct that stands at several places is described at the first of them.
    if (!titles_.try_emplace(maker, title).second) return;
    text_ += fmt::format("\n### {}\n\n", title);
    const ConfigSchema schema = maker();
    if (!schema.about.empty()) text_ += schema.about + "\n\n";
    if (schema.entries.empty() && type_name.empty()) text_ += "No keys.\n";
    if (!schema.entries.empty() || !type_name.empty())
      text_ += "| key | value | allowed | default | meaning |\n|---|---|---|---|---|\n";
    if (!type_name.empty()) text_ += fmt::format("| `type` | string | `\"{}\"` | required | |\n", type_name);
    for (const ConfigEntry& entry : schema.entries)
      text_ += fmt::format("| `{}` | {} | {} | {} | {}{} |\n", entry.key, entry.type.name, cell(entry.type.allowed),
                           cell(default_of(entry, schema.defaults.get())),
                           cell(entry.doc) + (entry.replaced_by.empty() ? "" : fmt::format("; not beside `{}`", entry.replaced_by)),
                           where_described(entry));
    for (const ConfigEntry& entry : schema.entries) {
      const bool is_list = entry.type.name.find("list of") != std::string::npos;
      for (const ConfigNested& nested : entry.type.nested)
        write(nested.schema, pointer_child(path, entry.key) + (is_list ? "/*" : ""), nested.type_name);
    }
  }
  const std::string& text() const { return text_; }

 private:
  // "; keys: ..." for a struct that was described before.
  std::string where_described(const ConfigEntry& entry) const {
    std::string places;
    for (const ConfigNested& nested : entry.type.nested)
      if (const auto earlier = titles_.find(nested.schema); earlier != titles_.end())
        places += (places.empty() ? "; keys: " : ", ") + earlier->second;
    return places;
  }

  std::map<SchemaMaker, std::string> titles_;
  std::string text_;
};

}  // namespace

std::string config_reference_text(SchemaMaker schema) {
  ReferenceWriter writer;
  writer.write(schema, "", "");
  return writer.text();
}

}  // namespace patina
