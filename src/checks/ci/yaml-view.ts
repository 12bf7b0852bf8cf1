import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
} from 'yaml';
import { yamlHazard } from '../../domain/yaml-hazard.ts';

/** How often anchors may be repeated in one document before it counts as an attack. */
const MAX_ALIASES = 1_000;

/** How deep merge keys may follow each other. */
const MAX_MERGES = 8;

/** What each alias stands for. */
type Targets = ReadonlyMap<Alias, Node>;

/** Looks up all aliases in one walk: one by one, each would walk the whole document. */
function targetsOf(document: Document): Targets {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      const target = isAlias(node) ? anchors.get(node.source) : undefined;
      if (isAlias(node)) {
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** A YAML value with its place in the file. Aliases are followed one at a time, so nothing is ever expanded as a whole. */
export class YamlView {
  private readonly node: Node;
  private readonly targets: Targets;
  private readonly lines: LineCounter;

  constructor(node: Node, targets: Targets, lines: LineCounter) {
    this.node = node;
    this.targets = targets;
    this.lines = lines;
  }

  private view(node: unknown): YamlView | undefined {
    const real = isAlias(node) ? this.targets.get(node) : node;
    if (!isScalar(real) && !isMap(real) && !isSeq(real)) return undefined;
    return new YamlView(real, this.targets, this.lines);
  }

  /** The value of a key, also through a merge key; undefined if this is not a mapping or lacks the key. */
  get(key: string, depth = 0): YamlView | undefined {
    if (!isMap(this.node) || depth > MAX_MERGES) return undefined;
    const own = this.view(this.node.get(key, true));
    return own ?? this.view(this.node.get('<<', true))?.get(key, depth + 1);
  }

  /** The text at a path of keys. */
  textAt(...keys: string[]): string | undefined {
    return this.at(keys)?.text();
  }

  /** The items of the list at a path of keys. */
  itemsAt(...keys: string[]): YamlView[] {
    return this.at(keys)?.items() ?? [];
  }

  /** The entries of the mapping at a path of keys. */
  entriesAt(...keys: string[]): [string, YamlView][] {
    return this.at(keys)?.entries() ?? [];
  }

  private at(keys: readonly string[]): YamlView | undefined {
    return keys.reduce<YamlView | undefined>((view, key) => view?.get(key), this);
  }

  /** A list's items; empty if this is not a list. */
  items(): YamlView[] {
    if (!isSeq(this.node)) return [];
    return this.node.items.flatMap((item) => this.view(item) ?? []);
  }

  /** A mapping's keys and values, without those whose value is empty. */
  entries(): [string, YamlView][] {
    if (!isMap(this.node)) return [];
    return this.node.items.flatMap((pair): [string, YamlView][] => {
      const value = this.view(pair.value);
      return isScalar(pair.key) && value ? [[String(pair.key.value), value]] : [];
    });
  }

  /** A mapping's keys, those with an empty value included. */
  keys(): string[] {
    return isMap(this.node)
      ? this.node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []))
      : [];
  }

  /** The text of a scalar, numbers and booleans included. */
  text(): string | undefined {
    if (!isScalar(this.node) || this.node.value === null || this.node.value === undefined) return undefined;
    return typeof this.node.value === 'string' ? this.node.value : (this.node.source ?? undefined);
  }

  /** The value of a boolean that is written without quotes. */
  flag(): boolean | undefined {
    return isScalar(this.node) && typeof this.node.value === 'boolean' ? this.node.value : undefined;
  }

  /** The file's line (from 1) where line `offset` (from 0) of this scalar's text stands. */
  line(offset = 0): number {
    const start = this.lines.linePos(this.node.range?.[0] ?? 0).line;
    const type = isScalar(this.node) ? this.node.type : undefined;
    if (type === 'BLOCK_LITERAL') return start + 1 + offset;
    return type === 'BLOCK_FOLDED' ? start + 1 : start;
  }
}

/**
 * Parses YAML that a stranger wrote. Throws an Error whose message says what is wrong: bad syntax, an anchor repeated more
 * than MAX_ALIASES times, or a text that would cost the parser minutes.
 */
export function viewYaml(text: string): YamlView | undefined {
  const hazard = yamlHazard(text);
  if (hazard) throw new Error(hazard);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error) throw new Error(error.message.split('\n')[0]);
  document.toJS({ maxAliasCount: MAX_ALIASES });
  return document.contents ? new YamlView(document.contents, targetsOf(document), lines) : undefined;
}
