#include "agent/cli/completion.hpp"

#include "agent/cli/kprofctl_app.hpp"

#include <utility>

namespace agent::cli {
namespace {

// Bash cuts words at = and : too. The loop joins what no blank separates; what is offered is cut the same way again.
constexpr std::string_view kBash = R"(# kprofctl completion for bash: source <(kprofctl completion bash)
_kprofctl() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() word answer cut
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ ${#words[@]} == 0 || $rest == [[:space:]]* ]]; then
      words+=("$word")
      rest=${rest#"${rest%%[![:space:]]*}"}
    else
      words[-1]+=$word
    fi
    rest=${rest#"$word"}
  done
  word=${words[-1]}
  mapfile -t answer < <("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  case ${answer[0]} in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "${word##*=}") ;;
    folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "${word##*=}") ;;
    *)
      cut=${word%"${word##*[=:]}"}
      COMPREPLY=("${answer[@]:1}")
      COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
      COMPREPLY=("${COMPREPLY[@]#"$cut"}")
      ;;
  esac
}
complete -F _kprofctl kprofctl
)";

constexpr std::string_view kZsh = R"(#compdef kprofctl
# kprofctl completion for zsh: kprofctl completion zsh > "${fpath[1]}/_kprofctl"
_kprofctl() {
  local -a answer candidates
  local line
  answer=("${(@f)$("${(Q)words[1]/#\~/$HOME}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case $answer[1] in
    files) _files ;;
    folders) _files -/ ;;
    *)
      for line in "${(@)answer[2,-1]}"; do
        [[ -n $line ]] && candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
      done
      _describe kprofctl candidates
      ;;
  esac
}
if [[ ${funcstack[1]} == _kprofctl ]]; then _kprofctl "$@"; else compdef _kprofctl kprofctl; fi
)";

constexpr std::string_view kFish = R"(# kprofctl completion for fish: kprofctl completion fish > ~/.config/fish/completions/kprofctl.fish
function __kprofctl_complete
  set -l words (commandline -opc)
  set -l token (commandline -ct)
  set -l answer (command $words[1] __complete $words[2..-1] "$token" 2>/dev/null)
  switch "$answer[1]"
    case files
      __fish_complete_path "$token"
    case folders
      __fish_complete_directories "$token"
    case '*'
      printf '%s\n' $answer[2..-1]
  end
end
complete -c kprofctl -f -a '(__kprofctl_complete)'
)";

std::string_view kind_word(Completion::Kind kind) {
  switch (kind) {
    case Completion::Kind::kFiles:
      return "files";
    case Completion::Kind::kFolders:
      return "folders";
    case Completion::Kind::kWords:
    case Completion::Kind::kComponents:
      return "words";
  }
  return "words";
}

/// What the source knows; nothing when it does not answer, since there is nobody to tell.
void add_components(Completion& completion, const SourceFinder& find_source) {
  auto source = find_source(completion.line.source);
  if (!source) return;
  const auto series = (*source)->series();
  if (!series) return;
  std::string last;
  for (const auto& one : *series) {
    if (one.component != std::exchange(last, one.component)) completion.candidates.push_back({one.component, "component"});
  }
}

}  // namespace

ExitCode complete(const std::vector<std::string>& words, const SourceFinder& find_source, Console& console) {
  Completion completion = complete_words(words);
  if (completion.kind == Completion::Kind::kComponents) add_components(completion, find_source);
  console.out << kind_word(completion.kind) << "\n";
  for (const auto& [word, about] : completion.candidates) {
    if (word.starts_with(completion.typed)) console.out << completion.before << word << "\t" << about << "\n";
  }
  console.out.flush();
  return ExitCode::kOk;
}

Result<ExitCode> print_completion_script(const std::string& shell, Console& console) {
  if (shell == "bash") {
    console.out << kBash;
  } else if (shell == "zsh") {
    console.out << kZsh;
  } else if (shell == "fish") {
    console.out << kFish;
  } else {
    return Error(Errc::kInvalidArgument, "unknown shell \"" + shell + "\"; known: bash, zsh, fish");
  }
  return ExitCode::kOk;
}

}  // namespace agent::cli
