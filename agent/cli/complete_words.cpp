#include "agent/cli/kprofctl_app.hpp"
#include "agent/cli/make_app.hpp"
#include "agent/model/profile_type.hpp"

#include <CLI/CLI.hpp>

#include <string_view>
#include <utility>

namespace agent::cli {
namespace {

CLI::App* find_command(CLI::App& app, const std::string& name) {
  for (auto* command : app.get_subcommands(nullptr)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

/// Reads the words before the cursor as far as completion needs them: the command, and whether an option waits for its value.
class WordWalk {
 public:
  explicit WordWalk(CLI::App& app) : app_(app) {}

  void read(const std::string& word) {
    if (waiting_ != nullptr) {
      std::exchange(waiting_, nullptr)->add_result(word);
    } else if (word.starts_with('-')) {
      const auto equals = word.find('=');
      CLI::Option* option = find_option(word.substr(0, equals));
      if (option == nullptr || option->get_items_expected_max() == 0) return;
      if (equals == std::string::npos) {
        waiting_ = option;
      } else {
        option->add_result(word.substr(equals + 1));
      }
    } else if (command_ == nullptr) {
      command_ = find_command(app_, word);
    }
  }

  /// The option whose value comes next; nullptr when none does.
  [[nodiscard]] CLI::Option* waiting() const { return waiting_; }
  [[nodiscard]] CLI::App* command() const { return command_; }

  [[nodiscard]] CLI::Option* find_option(const std::string& name) const {
    CLI::Option* option = command_ == nullptr ? nullptr : command_->get_option_no_throw(name);
    return option == nullptr ? app_.get_option_no_throw(name) : option;
  }

 private:
  CLI::App& app_;
  CLI::App* command_ = nullptr;
  CLI::Option* waiting_ = nullptr;
};

/// What was read of the options that lead to the source, without the checks of a whole command line.
void take_source(const CLI::App& app, SourceOptions& source) {
  const auto take = [&](const char* name, auto& into) {
    const auto& given = app.get_option(name)->results();
    if (!given.empty()) into = given.back();
  };
  take("--server", source.server);
  take("--store", source.store);
  take("--ca-file", source.ca_file);
  take("--cert", source.cert_file);
  take("--key", source.key_file);
  take("--token-file", source.token_file);
}

void offer(Completion& completion, std::initializer_list<const char*> words) {
  for (const auto* word : words) completion.candidates.push_back({word, ""});
}

/// The value of `option`, of which `typed` is there.
void complete_value(const CLI::Option& option, const CLI::App* command, std::string typed, Completion& completion) {
  const std::string& name = option.get_single_name();
  const bool is_list = option.get_delimiter() != '\0';
  if (const auto comma = typed.rfind(','); is_list && comma != std::string::npos) {
    completion.before += typed.substr(0, comma + 1);
    typed.erase(0, comma + 1);
  }
  completion.typed = typed;
  if (name == "component") {
    completion.kind = Completion::Kind::kComponents;
  } else if (name == "type") {
    for (const auto type : model::kAllProfileTypes) completion.candidates.push_back({std::string(model::to_string(type)), "profile type"});
  } else if (name == "output") {
    offer(completion, {"table", "json", "yaml"});
  } else if (name == "cause") {
    offer(completion, {"schedule", "incident", "manual"});
  } else if (name == "from" || name == "to") {
    offer(completion, {"-5m", "-15m", "-1h", "-24h", "now"});
  } else if (name == "store" || (name == "out" && command != nullptr && command->get_name() == "pull")) {
    completion.kind = Completion::Kind::kFolders;
  } else if (name != "server" && name != "limit" && name != "seconds" && name != "reason" && name != "time") {
    completion.kind = Completion::Kind::kFiles;
  }
}

void add_options(const CLI::App& app, Completion& completion) {
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) completion.candidates.push_back({"--" + name, option->get_description()});
  }
}

/// Requires that no option waits for a value.
void complete_word(const CLI::App& app, const WordWalk& walk, const std::string& word, Completion& completion) {
  completion.typed = word;
  if (word.starts_with('-')) {
    if (walk.command() != nullptr) add_options(*walk.command(), completion);
    add_options(app, completion);
  } else if (walk.command() == nullptr) {
    for (const auto* command : app.get_subcommands(nullptr))
      completion.candidates.push_back({command->get_name(), command->get_description()});
  } else if (walk.command()->get_name() == "completion") {
    offer(completion, {"bash", "zsh", "fish"});
  } else if (walk.command()->get_name() == "import") {
    completion.kind = Completion::Kind::kFiles;
  }
}

}  // namespace

Completion complete_words(const std::vector<std::string>& words) {
  Completion completion;
  const auto app = make_app(completion.line);
  WordWalk walk(*app);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) walk.read(words[i]);
  const std::string word = words.empty() ? "" : words.back();
  const auto equals = word.find('=');
  const bool has_value = word.starts_with("--") && equals != std::string::npos;
  if (walk.waiting() != nullptr) {
    complete_value(*walk.waiting(), walk.command(), word, completion);
  } else if (const auto* option = has_value ? walk.find_option(word.substr(0, equals)) : nullptr) {
    completion.before = word.substr(0, equals + 1);
    complete_value(*option, walk.command(), word.substr(equals + 1), completion);
  } else {
    complete_word(*app, walk, word, completion);
  }
  take_source(*app, completion.line.source);
  return completion;
}

}  // namespace agent::cli
