import type { RepoFiles } from '../check.ts';

/** Files that an include may bring, and how deep includes may follow each other. */
const MAX_INCLUDES = 30;
const MAX_DEPTH = 3;
/** A pattern rule gives its targets to names that CI or other targets use; more are not tried. */
const MAX_NAMES = 200;

/**
 * Make's targets to shell text: the targets that each one needs, then its own commands. Pattern rules (`test-%`) are looked up by
 * `get` and `has` for any name that fits. Only what can be read without running make.
 */
export function readMakefile(text: string): Map<string, string> {
  const rules = new PatternRules();
  const variables = new Map<string, string>();
  let current: string[] = [];
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const variable = /^(?:export\s+)?(\w+)\s*(?::|\?|::)?=\s*([^#]*)/.exec(line);
    const rule = /^([\w./%-]+(?:\s+[\w./%-]+)*)\s*::?(?!=)\s*([^#;=]*)(?:;(.*))?(?:#.*)?$/.exec(line);
    if (line.startsWith('\t')) {
      const command = recipeLine(line, variables);
      for (const name of current) rules.set(name, join(rules.textOf(name), command));
    } else if (variable) {
      variables.set(variable[1] ?? '', (variable[2] ?? '').trim());
    } else if (rule) {
      current = (rule[1] ?? '').split(/\s+/).filter((name) => !name.startsWith('.'));
      const needed = (rule[2] ?? '').split(/\s+/).filter((name) => /^[\w%-]+$/.test(name));
      for (const name of current)
        rules.set(name, join(rules.textOf(name), needed.map((target) => `make ${target}`).join('\n')));
    } else if (line.trim() !== '' && !line.startsWith('#') && !/^\s*(if|else|endif|-?include)/.test(line)) {
      current = [];
    }
  }
  return rules;
}

/** Targets, and rules whose names hold one `%`. */
class PatternRules extends Map<string, string> {
  readonly #found = new Map<string, string>();

  /** The text of the rule as it is written, `%` included. */
  textOf(name: string): string | undefined {
    return super.get(name);
  }

  override get(name: string): string | undefined {
    return super.get(name) ?? this.#byPattern(name);
  }

  override has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  #byPattern(name: string): string | undefined {
    const known = this.#found.get(name);
    if (known !== undefined || this.#found.size >= MAX_NAMES) return known;
    for (const pattern of this.keys()) {
      const at = pattern.indexOf('%');
      const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
      if (at < 0 || !name.startsWith(before) || !name.endsWith(after) || name.length < pattern.length)
        continue;
      const stem = name.slice(before.length, name.length - after.length);
      const text = (super.get(pattern) ?? '').replaceAll('$*', stem).replaceAll('%', stem);
      this.#found.set(name, text);
      return text;
    }
    return undefined;
  }
}

/** A Makefile's text with the files of the repository that it includes; `*` in their names is looked up. */
export function makeText(files: RepoFiles, path: string): string {
  const seen = new Set<string>();
  const read = (name: string, depth: number): string => {
    if (seen.has(name) || seen.size > MAX_INCLUDES || depth > MAX_DEPTH) return '';
    seen.add(name);
    return (files.read(name) ?? '').replace(/^[ \t]*-?s?include[ \t]+([^#\n]+)/gm, (_line, names: string) =>
      names
        .trim()
        .split(/\s+/)
        .flatMap((included) => includedFiles(files, included))
        .map((included) => read(included, depth + 1))
        .join('\n'),
    );
  };
  return read(path, 0);
}

/** The files that a word of an include line names. */
function includedFiles(files: RepoFiles, word: string): string[] {
  const name = word.replace(/^\.\//, '').replace(/^\$[({](CURDIR|ROOT_DIR|ROOT|PWD)[)}]\//, '');
  if (!/^[\w*./-]+$/.test(name)) return [];
  if (!name.includes('*')) return files.has(name) ? [name] : [];
  const pattern = new RegExp(`^${name.replace(/[.]/g, '\\.').replace(/\*+/g, '[^/]*')}$`);
  return files.paths.filter((path) => pattern.test(path));
}

/** A recipe's line as the shell gets it: without make's prefixes (`@` is quiet, `-` forgives), variables filled in. */
export function recipeLine(line: string, variables: ReadonlyMap<string, string>): string {
  const [, prefix = '', command = ''] = /^([@+-]*)\s*(.*)$/.exec(line.trim()) ?? [];
  const text = command
    .replace(
      /\$[({](\w+)[)}]/g,
      (_whole, name: string) => variables.get(name) ?? (name === 'MAKE' ? 'make' : ''),
    )
    .replaceAll('$$', '$')
    // `!(gofmt -l . | grep .)` is `! gofmt -l . | grep .`.
    .replace(/^!\s*\((.*\|\s*grep\s[^()]*)\)$/, '! $1');
  return prefix.includes('-') ? `${text} || true` : text;
}

export function join(before: string | undefined, line: string): string {
  if (!before || !line) return before || line;
  // Not by Array.join, which copies the text for each line of a long recipe.
  return `${before}\n${line}`;
}
