import type { Reader, Suites } from '../reader.ts';
import type { TestOutcome } from '../results.ts';
import { Tests } from '../tests.ts';
import { nodeCounts } from './node-spec.ts';

/** Deepest subtest that is kept apart, and most points that wait for the name of their parent. */
const MAX_DEPTH = 30;
const MAX_WAITING = 20_000;

const POINT = /^(not ok|ok)\b(?: +(\d+))?(?: +- +| +)?(.*)$/;
const PLAN = /^1\.\.(\d+)(?: *# *(skip\S*) *(.*))?\s*$/i;

const COUNT = /^# (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) (\d+)/;

interface Point {
  outcome: TestOutcome;
  name: string;
}

/** A directive behind a test's description: `# SKIP reason`, `# TODO`, `# time=5ms`, and `{` of a buffered subtest. */
function split(description: string): { name: string; directive: string; opens: boolean } {
  const trimmed = description.trimEnd();
  const opens = trimmed === '{' || trimmed.endsWith(' {');
  const text = opens ? trimmed.slice(0, -1) : trimmed;
  let at = text.lastIndexOf(' # ');
  if (at < 0 && text.startsWith('# ')) at = 0;
  const directive = at < 0 ? '' : text.slice(at).replace(/^ ?# */, '');
  if (at < 0 || !/^(?:skip|todo|time\b|duration)/i.test(directive))
    return { name: unescape(text), directive: '', opens };
  return { name: unescape(text.slice(0, at)), directive: directive.toLowerCase(), opens };
}

const unescape = (text: string): string => text.trim().replace(/\\([\\#])/g, '$1');

/**
 * The Test Anything Protocol, versions 12 to 14, subtests before or inside their parent's line; also what node:test and tape print of it.
 * Tests are the points without points below them; names are joined by ` > `. A "todo" is skipped, whatever it ended like.
 * Counts only when a plan or a version line was seen.
 */
export class TapReader implements Reader {
  readonly standsAlone = true;
  #tests = new Tests();
  #isTap = false;
  /** A document was handed over before its end. */
  #isInterrupted = false;
  #levels: Point[][] = [];
  #waiting = 0;
  /** Names of parents whose line came first and ended with `{`. */
  #open: Point[] = [];
  /** node:test's own counts, from the comments at the end; they leave suites out. */
  #stated = new Map<string, number>();
  #planned: number | undefined;
  #seen = 0;

  line(text: string, suites: Suites): void {
    const trimmed = text.trimStart();
    const depth = (text.length - trimmed.length) >> 2;
    if (depth > MAX_DEPTH) return;
    const first = trimmed.charCodeAt(0);
    // Only `o`, `n`, `1`, `}`, `T`, `B` and `#` begin lines that matter.
    if (first === 111 || first === 110) this.#point(trimmed, depth);
    else if (first === 49) this.#plan(trimmed, depth);
    else if (first === 125 && trimmed.trimEnd() === '}') this.#closeBlock(depth);
    else if (depth === 0) this.#document(first, trimmed, suites);
  }

  #document(first: number, text: string, suites: Suites): void {
    if (first === 84 && /^TAP version \d+$/.test(text.trimEnd())) this.#version(suites);
    else if (first === 66 && text.startsWith('Bail out!') && this.#isTap)
      this.#tests.add('failed', 'Bail out!');
    else if (first === 35 && this.#isTap) this.#comment(text, suites);
  }

  flush(suites: Suites): void {
    this.#endDocument();
    if (this.#isTap || (this.#isInterrupted && this.#tests.total)) suites.close(this.#tests.close('tap'));
    this.#tests = new Tests();
    // Points that still come belong to the same document, which another program's line only interrupted.
    this.#isInterrupted ||= this.#isTap;
    this.#isTap = false;
  }

  #version(suites: Suites): void {
    if (this.#isTap && this.#tests.total) this.flush(suites);
    this.#endDocument();
    this.#isTap = true;
    this.#isInterrupted = false;
  }

  #point(text: string, depth: number): void {
    const match = POINT.exec(text);
    if (!match) return;
    const [, word, number, rest = ''] = match;
    // Without a number only inside a document: `ok` is a word of other runners too.
    if (number === undefined && !this.#isTap) return;
    if (number === undefined && rest.startsWith('\t')) return;
    const { name, directive, opens } = split(rest);
    const isExcused = /^(?:skip|todo)/.test(directive);
    const point: Point = {
      outcome: isExcused ? 'skipped' : word === 'ok' ? 'passed' : 'failed',
      name: name || `test ${number ?? this.#seen + 1}`,
    };
    if (opens) {
      this.#open[depth] = point;
      return;
    }
    this.#settle(point, depth);
  }

  /** A point is whole: with points below it, it is their parent, else a test. */
  #settle(point: Point, depth: number): void {
    if (depth === 0) this.#seen += 1;
    const children = this.#levels[depth + 1] ?? [];
    this.#levels.length = Math.min(this.#levels.length, depth + 1);
    if (!children.length) return this.#put(point, depth);
    this.#waiting -= children.length;
    for (const child of children)
      this.#put({ outcome: child.outcome, name: `${point.name} > ${child.name}` }, depth);
    const isOwnFailure = point.outcome === 'failed' && !children.some((child) => child.outcome === 'failed');
    if (isOwnFailure) this.#put(point, depth);
    else this.#tests[point.outcome].parents += 1;
  }

  #put(point: Point, depth: number): void {
    if (depth === 0) return this.#tests.add(point.outcome, point.name);
    if (this.#waiting >= MAX_WAITING) return this.#tests.add(point.outcome);
    this.#waiting += 1;
    (this.#levels[depth] ??= []).push(point);
  }

  #closeBlock(depth: number): void {
    const point = this.#open[depth];
    if (!point) return;
    this.#open.length = depth;
    this.#settle(point, depth);
  }

  #plan(text: string, depth: number): void {
    const match = PLAN.exec(text);
    if (!match || depth > 0) return;
    if (this.#planned !== undefined) this.#endDocument();
    this.#isTap = true;
    this.#planned = Number(match[1]);
    if (this.#planned === 0 && match[2]) this.#tests.add('skipped', match[3] || 'all tests');
  }

  #comment(text: string, suites: Suites): void {
    const [, what, number] = COUNT.exec(text) ?? [];
    if (!what) return;
    if (what === 'tests') this.#stated.clear();
    this.#stated.set(what, Number(number));
    if (what !== 'duration_ms' || !this.#stated.has('suites')) return;
    const counts = nodeCounts(this.#stated);
    this.#endDocument();
    suites.close(this.#tests.close('node:test', counts));
    this.#tests = new Tests();
    this.#isTap = false;
  }

  #endDocument(): void {
    this.#levels.flat().forEach((point) => this.#tests.add(point.outcome, point.name));
    this.#levels = [];
    this.#open = [];
    this.#waiting = 0;
    this.#planned = undefined;
    this.#seen = 0;
    this.#stated.clear();
  }
}
