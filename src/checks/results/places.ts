import { isFailingLine } from './failing-lines.ts';
import { eachLine } from './lines.ts';

/** Where a failure is, as a check prints it. */
export interface Place {
  /** A file of the repository, relative to its root. */
  path: string;
  line: number;
  column?: number;
  message: string;
}

/** A place whose message is on another line. */
type Spot = Omit<Place, 'message'>;

const PATH = String.raw`(?:\.\/)?[^\s:()<>"'|*?]{1,300}\.[A-Za-z]\w{0,11}`;

/** Lines that say all: `a.py:1:2: F401 message`, `a.ts(1,2): error TS1: message`, `a.ts:1:2 - error TS1: message`, Maven's `[ERROR] A.java:[1,2] message`. */
const WHOLE = [
  new RegExp(String.raw`^\s*(?:\[ERROR\] )?(${PATH}):(\d{1,7})(?::(\d{1,5}))?: (\S.*)$`),
  new RegExp(String.raw`^\s*(${PATH})\((\d{1,7})(?:,(\d{1,5}))?(?:,\d{1,7},\d{1,5})?\) ?: (\S.*)$`),
  new RegExp(String.raw`^\s*(${PATH}):(\d{1,7}):(\d{1,5}) - (\S.*)$`),
  new RegExp(String.raw`^\[ERROR\] (${PATH}):\[(\d{1,7}),(\d{1,5})\] (\S.*)$`),
];

/** A line that is a path alone: eslint and stylelint print the findings of the file below it. */
const HEADING = new RegExp(`^(${PATH})$`);
const UNDER_HEADING = /^\s+(\d{1,7}):(\d{1,5})\s+(\S.*)$/;

/** Lines that say where the failure is that a line above named: rustc's `--> a.rs:1:2`, frames of JavaScript, the location of node's own test runner. */
const POINTERS = [
  new RegExp(String.raw`^\s*--> (${PATH}):(\d{1,7}):(\d{1,5})$`),
  new RegExp(String.raw`^\s+at (?:[^()]{1,200} \()?(?:file:\/\/)?(${PATH}):(\d{1,7}):(\d{1,5})\)?$`),
  new RegExp(String.raw`^\s+location: '(${PATH}):(\d{1,7}):(\d{1,5})'$`),
];
/** Python's frames come before the error, the innermost last. */
const FRAME = new RegExp(String.raw`^\s+File "(${PATH})", line (\d{1,7})`);
/** Stands where lines were left out. */
const GAP = '…';

/** Names of hosts look like files. */
const HOST = /^[^/]*\.(?:com|org|net|io|dev|local|internal)$/i;
/** Files that are not the repository's own. */
const INSTALLED = /(?:^|\/)(?:node_modules|site-packages|\.venv|\.git)\//;

/** The path of a file of the repository below `folder`; undefined for one that leaves the repository, or that is not its own. */
export function pathInside(text: string, folder = ''): string | undefined {
  if (/^[/~\\]|\\|[\u0000-\u001f\u007f-\u009f]/.test(text) || HOST.test(text)) return undefined;
  const parts: string[] = [];
  for (const part of `${folder}/${text}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  const path = parts.join('/');
  return path === '' || INSTALLED.test(path) ? undefined : path;
}

function spotOf(found: RegExpExecArray | null, folder: string): Spot | undefined {
  const [, text = '', line = '', column] = found ?? [];
  const path = found ? pathInside(text, folder) : undefined;
  if (path === undefined || Number(line) < 1) return undefined;
  return { path, line: Number(line), ...(column && Number(column) > 0 && { column: Number(column) }) };
}

/** That it is an error is known; columns are for a terminal. */
const messageOf = (text: string): string =>
  text.replace(/^(?:(?:fatal )?error:|error(?= {2})|✖|×) */, '').replace(/\s{2,}/g, '  ');

const firstOf = (patterns: readonly RegExp[], line: string): RegExpExecArray | null => {
  for (const pattern of patterns) {
    const found = pattern.exec(line);
    if (found) return found;
  }
  return null;
};

/** Reads lines in their order, and remembers what a later line needs. */
class Reader {
  readonly places: Place[] = [];
  readonly #folder: string;
  readonly #seen = new Set<string>();
  #heading = '';
  #message = '';
  #frame: Spot | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(line: string): void {
    if (line === GAP) {
      this.#heading = this.#message = '';
      this.#frame = undefined;
    } else if (!this.#readWhole(line) && !this.#readPointer(line)) this.#remember(line);
  }

  #readWhole(line: string): boolean {
    const whole = firstOf(WHOLE, line);
    const under = whole ? null : UNDER_HEADING.exec(line);
    if (!whole && !(under && this.#heading)) return false;
    if (!isFailingLine(line)) return true;
    if (whole) this.#add(spotOf(whole, this.#folder), whole[4] ?? '');
    else if (under)
      this.#add(
        spotOf(/^(.*):(\d+):(\d+)$/.exec(`${this.#heading}:${under[1]}:${under[2]}`), this.#folder),
        under[3] ?? '',
      );
    this.#message = '';
    return true;
  }

  #readPointer(line: string): boolean {
    const found = firstOf(POINTERS, line);
    const spot = spotOf(found, this.#folder);
    if (spot && this.#message) {
      this.#add(spot, this.#message);
      this.#message = '';
    }
    return found !== null;
  }

  #remember(line: string): void {
    const frame = FRAME.exec(line);
    if (frame) {
      this.#frame = spotOf(frame, this.#folder) ?? this.#frame;
      return;
    }
    const heading = HEADING.exec(line);
    if (heading) this.#heading = heading[1] ?? '';
    if (!isFailingLine(line)) return;
    const message = line.trim();
    if (this.#frame && /^\S*(?:Error|Exception)\b/.test(message)) {
      this.#add(this.#frame, message);
      this.#frame = undefined;
      this.#message = '';
    } else if (!message.startsWith('Traceback (')) this.#message = message;
  }

  #add(spot: Spot | undefined, message: string): void {
    if (!spot) return;
    const key = `${spot.path}:${spot.line}`;
    if (!this.#seen.has(key)) this.places.push({ ...spot, message: messageOf(message) });
    this.#seen.add(key);
  }
}

/**
 * Where lines of a check's output say that its failures are, in their order and each line of a file once. What they say is a claim of the program that
 * printed it: the files need not exist.
 * @param folder in which the check runs, relative to the repository.
 */
export function placesIn(output: string | Iterable<string>, folder = ''): Place[] {
  const reader = new Reader(folder);
  for (const line of eachLine(output)) reader.read(line);
  return reader.places;
}
