#include "agent/cli/document.hpp"

#include "agent/base/json_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace agent::cli {
namespace {

/// Shortest text that reads back as the same number; what JSON cannot say becomes null.
std::string number_text(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> text{};
  const auto [end, ec] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

/// What is neither list nor object; those are written by whoever knows the indentation.
std::string scalar_text(const Document::Value& value, std::string (*quote)(std::string_view)) {
  struct Visitor {
    std::string (*quote)(std::string_view);
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return number_text(number); }
    std::string operator()(const std::string& text) const { return quote(text); }
    std::string operator()(const Document::Array&) const { return "[]"; }
    std::string operator()(const Document::Object&) const { return "{}"; }
  };
  return std::visit(Visitor{quote}, value);
}

void write_json_value(std::ostream& out, const Document& document, const std::string& indent) {
  const std::string inner = indent + "  ";
  const char* separator = "";
  if (const auto* array = std::get_if<Document::Array>(&document.value()); array != nullptr && !array->empty()) {
    out << "[";
    for (const auto& item : *array) {
      out << std::exchange(separator, ",") << "\n" << inner;
      write_json_value(out, item, inner);
    }
    out << "\n" << indent << "]";
  } else if (const auto* object = std::get_if<Document::Object>(&document.value()); object != nullptr && !object->empty()) {
    out << "{";
    for (const auto& [key, value] : *object) {
      out << std::exchange(separator, ",") << "\n" << inner << json_quote(key) << ": ";
      write_json_value(out, value, inner);
    }
    out << "\n" << indent << "}";
  } else {
    out << scalar_text(document.value(), json_quote);
  }
}

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Words that YAML 1.1 or 1.2 reads as a boolean or null.
bool is_yaml_word(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto word : kWords) {
    if (lower == word) return true;
  }
  return false;
}

/// A JSON string is a YAML string; it is needed unless the text starts with a letter or '/' and holds only harmless characters.
std::string yaml_quote(std::string_view text) {
  const bool starts_well = !text.empty() && (is_letter(text.front()) || text.front() == '/');
  bool plain = starts_well && !is_yaml_word(text);
  for (const char c : text) plain = plain && (is_letter(c) || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-');
  return plain ? std::string(text) : json_quote(text);
}

bool is_block(const Document& document) {
  const auto* array = std::get_if<Document::Array>(&document.value());
  const auto* object = std::get_if<Document::Object>(&document.value());
  return (array != nullptr && !array->empty()) || (object != nullptr && !object->empty());
}

/// The cursor stands where the first line of the block begins; the others are indented by `indent`.
void write_yaml_block(std::ostream& out, const Document& document, const std::string& indent) {
  const char* lead = "";
  if (const auto* array = std::get_if<Document::Array>(&document.value())) {
    for (const auto& item : *array) {
      out << std::exchange(lead, indent.c_str()) << "- ";
      if (is_block(item)) {
        write_yaml_block(out, item, indent + "  ");
      } else {
        out << scalar_text(item.value(), yaml_quote) << "\n";
      }
    }
    return;
  }
  for (const auto& [key, value] : std::get<Document::Object>(document.value())) {
    out << std::exchange(lead, indent.c_str()) << yaml_quote(key) << ":";
    if (!is_block(value)) {
      out << " " << scalar_text(value.value(), yaml_quote) << "\n";
      continue;
    }
    // As kubectl writes it: a list starts in the column of its key.
    const bool is_list = value.array() != nullptr;
    const std::string inner = is_list ? indent : indent + "  ";
    out << "\n" << inner;
    write_yaml_block(out, value, inner);
  }
}

}  // namespace

const Document* Document::find(std::string_view key) const {
  if (const auto* object = std::get_if<Object>(&value_)) {
    for (const auto& [name, value] : *object) {
      if (name == key) return &value;
    }
  }
  return nullptr;
}

void write_json(std::ostream& out, const Document& document) {
  write_json_value(out, document, "");
  out << "\n";
}

void write_yaml(std::ostream& out, const Document& document) {
  if (is_block(document)) {
    write_yaml_block(out, document, "");
  } else {
    out << scalar_text(document.value(), yaml_quote) << "\n";
  }
}

}  // namespace agent::cli
