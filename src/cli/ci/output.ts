import { appendFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import { line } from '../../domain/markdown.ts';
import { clip, plainText } from '../../domain/text.ts';
import { safeText } from '../output/safe.ts';
import type { Annotation, CiSystem, Level } from './system.ts';
import { CI_SYSTEMS } from './table.ts';

/** Lines of a section that are shown: the last ones. */
const MAX_LINES = 1000;
/** Characters of a line, a title and a message that are shown. */
const MAX_LINE = 1000;
const MAX_TITLE = 120;
const MAX_MESSAGE = 2000;
/** Stands before each line: a line that begins with white space is neither a command nor what a problem matcher takes for a compiler's error. */
const MARGIN = '  | ';

/** Text in which no line is a command of any CI system. */
const defused = (text: string): string => safeText(text, { CI: 'true' });

const oneLine = (text: string, max: number): string => clip(defused(line(text)), max);

/** The bytes of a file; 0 when it is absent. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

export interface CiStreams {
  env: NodeJS.ProcessEnv;
  /** Writes to standard error as it is. */
  write: (text: string) => void;
  now: () => Date;
}

/** What a CI system reads of us, and how much of it was written: its limits are those of a step, so of a process. All texts are made harmless here. */
export class CiOutput {
  readonly system: CiSystem;
  readonly #streams: CiStreams;
  readonly #shown: Record<Level, number> = { error: 0, warning: 0, notice: 0 };
  #sections = 0;

  constructor(system: CiSystem, streams: CiStreams) {
    this.system = system;
    this.#streams = streams;
  }

  /** The URL of the repository that files of annotations are of. */
  get repository(): string | undefined {
    return this.system.repository?.(this.#streams.env);
  }

  /** A part of the log that can be folded; nothing for one without lines. */
  section(title: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const time = Math.floor(this.#streams.now().getTime() / 1000);
    const section = {
      id: `bgtask_${process.pid}_${++this.#sections}`,
      title: oneLine(title, MAX_TITLE),
      time,
    };
    const shown = lines.slice(-MAX_LINES);
    const left = lines.length - shown.length;
    this.#line(this.system.open(section));
    if (left > 0) this.#line(`${MARGIN}(${left} lines before these are left out)`);
    const text = defused(shown.map((each) => clip(each, MAX_LINE)).join('\n'));
    for (const each of text.split('\n')) this.#line(`${MARGIN}${each}`);
    this.#line(this.system.close(section));
  }

  /** Notes at lines of files. Of each level as many as the system shows; of the others a notice says the number. */
  annotate(annotations: readonly Annotation[]): void {
    const left = annotations.filter((each) => !this.#annotate(each)).length;
    if (left === 0) return;
    const message = `${left} more ${left === 1 ? 'problem that the log names is' : 'problems that the log names are'} left out here, because ${this.system.name} shows ${this.system.limit} of a kind.`;
    this.#annotate({ level: 'notice', title: 'bgtask', message });
  }

  #annotate(annotation: Annotation): boolean {
    if (this.#shown[annotation.level] >= this.system.limit) return false;
    this.#shown[annotation.level]++;
    const title = oneLine(annotation.title, MAX_TITLE);
    const message = clip(defused(plainText(annotation.message)).trim(), MAX_MESSAGE);
    this.#line(this.system.annotation({ ...annotation, title, message }));
    return true;
  }

  /** Adds Markdown to the job's summary; why that cannot be done, or undefined. */
  summary(markdown: string): string | undefined {
    const { variable, limit } = this.system.summary ?? {};
    const path = variable && this.#streams.env[variable];
    if (!path || !limit || !isAbsolute(path)) return undefined;
    try {
      if (sizeOf(path) + Buffer.byteLength(markdown) > limit)
        return `The job summary would be over ${limit} bytes: this task is left out of it.`;
      appendFileSync(path, markdown);
      return undefined;
    } catch (error) {
      return `The job summary cannot be written: ${messageOf(error)}`;
    }
  }

  #line(text: string): void {
    if (text !== '') this.#streams.write(`${text}\n`);
  }
}

/** What the CI system of an environment reads; undefined outside of one that is known. */
export function ciOutput(streams: CiStreams): CiOutput | undefined {
  const system = CI_SYSTEMS.find((each) => each.isHere(streams.env));
  return system && new CiOutput(system, streams);
}
