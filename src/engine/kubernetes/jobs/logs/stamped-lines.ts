/** Bytes of an unfinished line that are held back; the rest of a longer one passes as it comes. The kubelet cuts at 16 KiB, the runner at 4. */
const LINE_MAX = 262_144;
/** Stamps that are remembered; beyond that a resumed stream may repeat lines. */
const STAMPS_MAX = 20_000;
/** Bytes at the end of the text that are remembered. */
const LAST_BYTES = 64;
const NEWLINE = 0x0a;
const SPACE = 0x20;
/** What the kubelet writes before each line: RFC 3339 with nanoseconds, of the node's time zone. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const STAMP_MAX = 40;

/** Stands in the log where lines are missing. A kubelet serves the newest file of a container's log alone, and begins a new one at `containerLogMaxSize` (10 MiB). */
export const LOST = '[log lines are missing here: the node rotated the log before they were read]\n';

/** The stamp that a line begins with. */
export function stampOf(line: Buffer): string | undefined {
  const space = line.subarray(0, STAMP_MAX).indexOf(SPACE);
  const stamp = line.toString('latin1', 0, Math.max(0, space));
  return STAMP.test(stamp) ? stamp : undefined;
}

/**
 * Lines of a container's log, which comes with stamps (`timestamps=true`), without them, and without those that came before. The API knows only
 * whole seconds to begin from, so a resumed stream repeats up to two seconds, which are told apart by their stamps.
 */
export class StampedLines {
  #rest: Buffer[] = [];
  #held = 0;
  #last = Buffer.alloc(0);
  /** What becomes of the rest of a line whose beginning has passed. */
  #open: 'shown' | 'dropped' | undefined;
  #second = 0;
  /** How often each stamp of the last two seconds came. */
  readonly #recent = new Map<string, number>();
  /** How often each is still to be passed over. */
  #again = new Map<string, number>();
  /** True until the first line of a resumed stream, which repeats one that came before if none is missing. */
  #isResumed = false;

  /** For `sinceTime` of the next stream, RFC 3339; undefined to begin at the beginning. Forgets a line that was cut. */
  resume(): string | undefined {
    this.#rest = [];
    this.#held = 0;
    this.#open = undefined;
    this.#again = new Map(this.#recent);
    this.#isResumed = this.#recent.size > 0;
    return this.#second === 0 ? undefined : new Date((this.#second - 1) * 1000).toISOString();
  }

  /** The new lines in a piece of the stream, joined. */
  push(chunk: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = this.#taken(chunk.subarray(from, end + 1));
      parts.push(this.#line(line, true));
      from = end + 1;
    }
    if (from < chunk.length) {
      this.#rest.push(chunk.subarray(from));
      this.#held += chunk.length - from;
      if (this.#held > LINE_MAX) parts.push(this.#line(this.#taken(Buffer.alloc(0)), false));
    }
    const text = Buffer.concat(parts);
    this.#last = Buffer.concat([this.#last, text.subarray(-LAST_BYTES)]).subarray(-LAST_BYTES);
    return text;
  }

  /** Whether the text so far ends with this, of at most 64 bytes. */
  endWith(end: Buffer): boolean {
    return this.#last.subarray(-end.length).equals(end);
  }

  /** True once a line of this time or a later second has come. */
  hasCome(stamp: string): boolean {
    return this.#recent.has(stamp) || Math.floor(Date.parse(stamp) / 1000) < this.#second;
  }

  /** A last line without an end, when the log has ended. */
  end(): Buffer {
    return this.#held > 0 ? this.#line(this.#taken(Buffer.alloc(0)), true) : Buffer.alloc(0);
  }

  #taken(last: Buffer): Buffer {
    const line = this.#rest.length > 0 ? Buffer.concat([...this.#rest, last]) : last;
    this.#rest = [];
    this.#held = 0;
    return line;
  }

  #line(line: Buffer, whole: boolean): Buffer {
    const shown = this.#open ? { text: line, isNew: this.#open === 'shown' } : this.#unstamped(line);
    this.#open = whole ? undefined : shown.isNew ? 'shown' : 'dropped';
    return shown.isNew ? shown.text : Buffer.alloc(0);
  }

  #unstamped(line: Buffer): { text: Buffer; isNew: boolean } {
    const stamp = stampOf(line);
    // A runtime that gives no stamps, or the kubelet's own words.
    if (stamp === undefined) return { text: line, isNew: true };
    const isLost = this.#isResumed && !this.#again.has(stamp);
    this.#isResumed = false;
    const text = line.subarray(stamp.length + 1);
    return { text: isLost ? Buffer.concat([Buffer.from(LOST), text]) : text, isNew: this.#isNew(stamp) };
  }

  #isNew(stamp: string): boolean {
    const again = this.#again.get(stamp);
    if (again) {
      this.#again.set(stamp, again - 1);
      return false;
    }
    const second = Math.floor(Date.parse(stamp) / 1000);
    if (second > this.#second) this.#advance(second);
    if (this.#recent.size >= STAMPS_MAX) this.#recent.clear();
    this.#recent.set(stamp, (this.#recent.get(stamp) ?? 0) + 1);
    return true;
  }

  #advance(second: number): void {
    this.#second = second;
    for (const stamp of this.#recent.keys())
      if (Math.floor(Date.parse(stamp) / 1000) < second - 1) this.#recent.delete(stamp);
  }
}
