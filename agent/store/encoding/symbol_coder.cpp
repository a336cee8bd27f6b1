#include "agent/store/encoding/symbol_coder.hpp"

#include <algorithm>

namespace agent::store {
namespace {

enum Question : std::uint32_t {
  kStringKnown,
  kStringId,
  kPackageRepeats,
  kPackageKnown,
  kPackageId,
  kSystemNameSame,
  kFileRank,
  kFileKnown,
  kFileId,
  kFilePlain,
  kRootId,
  kStartLine,
};

}  // namespace

std::size_t package_length(std::string_view function_name) {
  const std::string_view path = function_name.substr(0, function_name.find_first_of("[("));
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.find('.', slash == std::string_view::npos ? 0 : slash);
  return dot == std::string_view::npos ? 0 : dot;
}

SymbolCoder::SymbolCoder(Dictionary& dictionary) : dictionary_(dictionary), coder_(12), package_files_(1) {}

void SymbolCoder::note_string(std::uint32_t id) {
  strings_coded_ = std::max(strings_coded_, id + 1);
}

std::string SymbolCoder::code_text(BitCoder& io, std::string_view text, TextKind kind) {
  if (io.writing()) {
    text_.put(text, kind);
    return std::string(text);
  }
  std::string result;
  if (!text_.take(kind, result)) io.fail();
  return result;
}

std::uint32_t SymbolCoder::code_string(BitCoder& io, std::uint32_t id) {
  if (coder_.code_bit(io, id < strings_coded_, {kStringKnown, {0}})) {
    return coder_.code_symbol(io, id, strings_coded_, {kStringId, {0}});
  }
  const std::string text = code_text(io, io.writing() ? dictionary_.string(id) : "", TextKind::kOther);
  const std::uint32_t result = dictionary_.intern_string(text);
  note_string(result);
  return result;
}

std::uint32_t SymbolCoder::code_package(BitCoder& io, std::string_view package) {
  std::uint32_t id = io.writing() ? packages_.find(package) : 0;
  package_repeats_ = coder_.code_bit(io, id == last_package_, {kPackageRepeats, {0, package_repeats_}});
  if (package_repeats_) return last_package_;
  if (coder_.code_bit(io, id != kNone, {kPackageKnown, {0, packages_.size() / 64}})) {
    id = coder_.code_symbol(io, id, static_cast<std::uint32_t>(packages_.size()), {kPackageId, {0, last_package_}});
  } else {
    id = packages_.intern(code_text(io, package, TextKind::kPackage));
    package_files_.resize(packages_.size());
  }
  last_package_ = id;
  return id;
}

std::uint32_t SymbolCoder::code_new_file(BitCoder& io, std::string_view path, std::uint32_t package) {
  const std::string_view name = packages_[package];
  const std::size_t slash = path.rfind('/');
  const std::string_view folder = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  const bool plain = !name.empty() && slash != std::string_view::npos && folder.ends_with(name);
  std::string result;
  if (coder_.code_bit(io, plain, {kFilePlain, {0}})) {
    const std::string_view root = plain ? folder.substr(0, folder.size() - name.size()) : "";
    const std::uint32_t known = io.writing() ? roots_.find(root) : 0;
    const auto count = static_cast<std::uint32_t>(roots_.size());
    const std::uint32_t id =
        coder_.code_symbol(io, known == kNone ? count : known, count + 1, {kRootId, {0, name.find('.') < name.size()}});
    result = id == count ? code_text(io, root, TextKind::kRoot) : std::string(roots_[id]);
    if (id == count) roots_.intern(result);
    result.append(name).append("/").append(code_text(io, plain ? path.substr(slash + 1) : "", TextKind::kFile));
  } else {
    result = code_text(io, path, TextKind::kRoot);
  }
  return dictionary_.intern_string(result);
}

std::uint32_t SymbolCoder::code_file(BitCoder& io, std::uint32_t string, std::uint32_t package) {
  std::vector<std::uint32_t>& recent = package_files_[package];
  if (!recent.empty()) {
    const auto at = std::ranges::find(recent, string);
    const std::uint64_t rank = at == recent.end() ? 0 : static_cast<std::uint64_t>(at - recent.begin()) + 1;
    const std::uint64_t got =
        coder_.code_number(io, rank, {kFileRank, {0, std::uint64_t{package_repeats_} * 8 + std::min<std::size_t>(recent.size(), 7)}});
    if (got > recent.size()) return io.fail(), 0;
    if (got > 0) {
      const auto found = recent.begin() + static_cast<std::ptrdiff_t>(got - 1);
      std::rotate(recent.begin(), found, found + 1);
      return recent.front();
    }
  }
  const auto known = io.writing() ? std::ranges::find(files_, string) : files_.end();
  std::uint32_t result = 0;
  const bool is_known = coder_.code_bit(io, known != files_.end(), {kFileKnown, {0, recent.empty()}});
  if (is_known && files_.empty()) return io.fail(), 0;
  if (is_known) {
    const auto count = static_cast<std::uint32_t>(files_.size());
    result = files_[coder_.code_symbol(io, static_cast<std::uint32_t>(known - files_.begin()), count, {kFileId, {0}})];
  } else {
    result = code_new_file(io, io.writing() ? dictionary_.string(string) : "", package);
    files_.push_back(result);
  }
  recent.insert(recent.begin(), result);
  return result;
}

void SymbolCoder::code_function(BitCoder& io) {
  Function function;
  std::string_view name;
  if (io.writing()) {
    function = dictionary_.functions()[functions_coded()];
    name = dictionary_.string(function.name);
  }
  const std::size_t split = package_length(name);
  const std::uint32_t package = code_package(io, name.substr(0, split));
  std::string whole(packages_[package]);
  whole.append(code_text(io, name.substr(split), TextKind::kFunction));
  const bool same = coder_.code_bit(io, function.system_name == function.name, {kSystemNameSame, {0}});
  function.name = dictionary_.intern_string(whole);
  note_string(function.name);
  function.system_name = same ? function.name : code_string(io, function.system_name);
  function.filename = code_file(io, function.filename, package);
  note_string(function.filename);
  function.start_line = coder_.code_signed(io, function.start_line, {kStartLine, {0}});
  if (dictionary_.intern_function(function) != package_of_.size()) io.fail();  // a reader's: the same function twice
  package_of_.push_back(package);
}

std::size_t SymbolCoder::memory_bytes() const {
  std::size_t lists = 0;
  for (const auto& list : package_files_) lists += list.capacity() * 4 + sizeof(list);
  return coder_.memory_bytes() + packages_.memory_bytes() + roots_.memory_bytes() + package_of_.capacity() * 4 + lists +
         files_.capacity() * 4;
}

}  // namespace agent::store
