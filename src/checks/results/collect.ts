import { MAX_LINE, plainLines, withoutFolders } from './lines.ts';
import type { Reader, Suites } from './reader.ts';
import { READERS } from './readers/table.ts';
import type { TestResults } from './results.ts';
import { Sections } from './sections.ts';
import { SuiteList } from './suite-list.ts';
import type { Suite } from './tests.ts';

/** One stream of output with a set of readers of its own: the lines of several programs can be mixed under prefixes. */
class Stream implements Suites {
  readonly #entries = READERS.map(({ make, begins }) => ({ reader: make(), begins }));
  readonly #readers: Reader[] = this.#entries.map(({ reader }) => reader);
  /** The readers of lines by their first character. */
  readonly #byFirst = new Map<string, Reader[]>();
  readonly #list: SuiteList;
  readonly #label: () => string;
  #active: Reader | undefined;
  #isFlushing = false;

  constructor(list: SuiteList, label: () => string) {
    this.#list = list;
    this.#label = label;
  }

  line(text: string): void {
    const short = text.length > MAX_LINE ? text.slice(0, MAX_LINE) : text;
    for (const reader of this.#readersOf(text)) {
      this.#active = reader;
      reader.line(reader.readsJson ? text : short, this);
    }
  }

  #readersOf(text: string): Reader[] {
    const first = text.charAt(0);
    if (first === '' || first > '\u007e') return this.#readers;
    const known = this.#byFirst.get(first);
    if (known) return known;
    const readers = this.#entries
      .filter(({ begins }) => begins === undefined || begins.includes(first))
      .map(({ reader }) => reader);
    this.#byFirst.set(first, readers);
    return readers;
  }

  close(suite: Suite): void {
    if (!suite.isPlain) this.#flushOthers();
    this.#list.add(this, this.#label(), suite);
  }

  mark(): number {
    this.#flushOthers((reader) => reader.standsAlone === true);
    return this.#list.mark();
  }

  replace(mark: number, suite: Suite): void {
    this.#flushOthers();
    this.#list.drop(this, mark);
    this.close(suite);
  }

  flush(): void {
    this.#active = undefined;
    this.#flushOthers();
  }

  #flushOthers(which: (reader: Reader) => boolean = () => true): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    for (const reader of this.#readers) if (reader !== this.#active && which(reader)) reader.flush(this);
    this.#isFlushing = false;
  }
}

/** Reads results per test from the output of a command. */
export interface ResultCollector {
  /** @param text one line, with or without its end; escapes are taken out first. */
  line(text: string): void;
  /** The results of all suites of the output added up; undefined when the output states no count. */
  end(): TestResults | undefined;
}

/**
 * Collects the results that test runners print, of one run of one command.
 * Each line costs time linear in its length; memory stays bounded (caps of names, suites, streams) however much is fed.
 * Output that no reader recognises gives undefined: a count is never taken from absence.
 * @param folders where the checkout stands, as it is printed (its real path too): names are relative to it.
 */
export function collectResults(folders: readonly string[] = []): ResultCollector {
  const list = new SuiteList();
  const sections = new Sections();
  const streams = new Map<string, Stream>();
  const read = (plain: string): void => {
    const { stream: name, text, isHeader } = sections.route(plain);
    let stream = streams.get(name);
    if (!stream) {
      stream = new Stream(list, () => name || sections.current);
      streams.set(name, stream);
    }
    if (isHeader) stream.flush();
    stream.line(text);
  };
  return {
    line(text) {
      for (const each of plainLines(text)) read(withoutFolders(each, folders));
    },
    end() {
      for (const stream of streams.values()) stream.flush();
      return list.sum(sections.isSeveral);
    },
  };
}
