/** A script as it stands; `@{` is written for the shell's `${`, which a template literal would take for its own. */
const script = (text: TemplateStringsArray): string => String.raw(text).trimStart().replaceAll('@{', '${');

/*
 * Each hands the words before the cursor to `bgtask __complete` and reads cobra's protocol: a line for each candidate, then `:` and a sum of
 * directives (2: no space after it, 4: no files, 16: folders).
 */

const BASH = script`
# bash completion for bgtask
_bgtask() {
  local line word current prefix index directive=4 candidates=() words=()
  # bash parts words at = and : too; together they are what was typed.
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word="@{COMP_WORDS[index]}"
    if ((@{#words[@]} > 0)) && [[ "$word" == [=:]* || "@{COMP_WORDS[index - 1]}" == *[=:] ]]; then
      words[@{#words[@]} - 1]+="$word"
    else
      words+=("$word")
    fi
  done
  current="@{words[@{#words[@]} - 1]}"
  while IFS= read -r line; do
    if [[ "$line" == :* ]]; then directive="@{line#:}"; else candidates+=("@{line%%$'\t'*}"); fi
  done < <("@{COMP_WORDS[0]/#~/$HOME}" __complete "@{words[@]}" 2>/dev/null)
  # What stands before the last = or : stays on the line.
  prefix="@{current%"@{current##*[=:]}"}"
  COMPREPLY=()
  for word in "@{candidates[@]}"; do COMPREPLY+=("@{word#"$prefix"}"); done
  if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
  if ((directive & 16)); then
    compopt -o dirnames 2>/dev/null
  elif ! ((directive & 4)); then
    compopt -o default 2>/dev/null
  fi
  return 0
}
complete -F _bgtask bgtask kubectl-bgtask
`;

const ZSH = script`
#compdef bgtask kubectl-bgtask
# zsh completion for bgtask
_bgtask() {
  local line value note directive=4
  local -a candidates
  for line in "@{(@f)$("@{(Q)words[1]/#\~/$HOME}" __complete "@{(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ "$line" == :* ]]; then
      directive="@{line#:}"
    elif [[ -n "$line" ]]; then
      value="@{line%%$'\t'*}"
      note="@{@{line#"$value"}#$'\t'}"
      candidates+=("@{value//:/\\:}@{note:+:$note}")
    fi
  done
  if [[ "$PREFIX" == --*=* ]]; then compset -P '*='; fi
  if ((@{#candidates} > 0)); then
    if ((directive & 2)); then _describe value candidates -S ''; else _describe value candidates; fi
  fi
  if ((directive & 16)); then
    _files -/
  elif ! ((directive & 4)); then
    _files
  fi
}
if [[ "@{funcstack[1]}" == _bgtask ]]; then _bgtask; else compdef _bgtask bgtask kubectl-bgtask; fi
`;

const FISH = script`
# fish completion for bgtask
function __bgtask_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l prefix (string match -r -- '^--[^=]+=' "$current")
  set -l directive 4
  for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    if string match -q -- ':*' "$line"
      set directive (string sub -s 2 -- "$line")
    else
      echo "$prefix$line"
    end
  end
  if test "$directive" = 16
    __fish_complete_directories "$current"
  else if test "$directive" = 0
    __fish_complete_path "$current"
  end
end
complete -c bgtask -f -a '(__bgtask_complete)'
complete -c kubectl-bgtask -f -a '(__bgtask_complete)'
`;

export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
export type Shell = keyof typeof SCRIPTS;
export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];
