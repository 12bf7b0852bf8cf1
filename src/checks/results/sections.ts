/** Most streams and labels that are kept apart. */
const MAX_LABELS = 100;
const MAX_STREAMS = 12;

/** Headers that say which package, environment or session the lines below belong to; the first group is its stable name. */
const HEADERS: RegExp[] = [
  // npm, pnpm, yarn 1: `> name@1.2.3 test`. The version may change between two runs; without one npm names no package.
  /^> ((?:@[\w.-]+\/)?[\w.-]+)@\d[\w.+-]* [\w:.-]+(?: \/\S*)?$/,
  // tox 4: `py311: commands[0]> pytest`; tox 3: `py311 run-test: commands[0] | pytest`
  /^([\w.-]+)(?: run-test)?: commands\[\d+\](?:>| \|) /,
  // nox: `nox > Running session tests-3.11`
  /^nox > Running session (\S+)$/,
  // Nx: `> nx run a:test`
  /^> nx run ([\w@/.-]+):[\w:.-]+/,
];

/** Lines that announce a prefix which the program's lines carry from now on: the first group is the prefix, the second its label. */
const ANNOUNCEMENTS: RegExp[] = [
  // pnpm -r: `packages/a test$ mocha`
  /^(([\w@./-]+) [\w:.-]+)\$ \S/,
  // Turborepo and lerna --stream: `a:test: > a@1.0.0 test`, `a: > a@1.0.0 test`
  /^((@?[\w./-]+)(?::[\w.-]+)?): > (?:@[\w.-]+\/)?[\w.-]+(?:@[\w.+-]+)? [\w:.-]+/,
  // Turborepo: `a:test: cache miss, executing 1a2b3c`
  /^((@?[\w./-]+):[\w.-]+): cache (?:miss|hit|bypass)/,
  // yarn berry: `[a]: Process started`
  /^(\[(@?[\w./-]+)\]): Process started/,
];
const PREFIX = /^(?:\[@?[\w./-]{1,100}\]|@?[\w./-]{1,100}(?::[\w.-]{1,60})?(?: [\w:.-]{1,60})?): ?/;

/** Tells the lines of several packages apart: by headers when they follow each other, by announced prefixes when they are mixed. */
export class Sections {
  readonly #labels = new Set<string>();
  readonly #streams = new Map<string, string>();
  /** The label of what is read now without a prefix; empty before the first header. */
  current = '';

  /** Was there more than one package, environment or session? Then names need their label. */
  get isSeveral(): boolean {
    return this.#labels.size > 1;
  }

  /** The stream that a line belongs to, by its label ('' is the unprefixed one), and the line without its prefix. */
  route(line: string): { stream: string; text: string; isHeader?: boolean } {
    if (this.#streams.size) {
      const prefix = PREFIX.exec(line)?.[0];
      const label = prefix && this.#streams.get(prefix.replace(/: ?$/, ''));
      if (label) return { stream: label, text: line.slice(prefix.length) };
    }
    this.#announce(line);
    if (!line.startsWith('> ') && !line.includes('commands[') && !line.startsWith('nox > '))
      return { stream: '', text: line };
    for (const header of HEADERS) {
      const label = header.exec(line)?.[1];
      if (label === undefined) continue;
      this.#note(label);
      this.current = label;
      return { stream: '', text: line, isHeader: true };
    }
    return { stream: '', text: line };
  }

  #announce(line: string): void {
    if (
      this.#streams.size >= MAX_STREAMS ||
      !(
        line.includes(': > ') ||
        line.includes(': cache ') ||
        line.includes('$ ') ||
        line.includes('Process started')
      )
    )
      return;
    for (const announcement of ANNOUNCEMENTS) {
      const [, prefix, label] = announcement.exec(line) ?? [];
      if (!prefix || !label) continue;
      this.#note(label);
      this.#streams.set(prefix, label);
      return;
    }
  }

  #note(label: string): void {
    if (this.#labels.size < MAX_LABELS) this.#labels.add(label);
  }
}
