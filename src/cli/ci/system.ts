/** How bad an annotation is. */
export type Level = 'error' | 'warning' | 'notice';

/** A note that a CI system shows beside a line of a file, or beside the job. Its texts are plain: no control characters but newlines. */
export interface Annotation {
  level: Level;
  /** What it is about: the check, or the task. */
  title: string;
  message: string;
  /** A file of the repository, relative to its root. */
  path?: string;
  line?: number;
  column?: number;
}

/** A part of the log that can be folded. */
export interface Section {
  /** Letters, digits, `_`, `.` and `-`; another one for each section. */
  id: string;
  /** One line of plain text. */
  title: string;
  /** Seconds since 1970. */
  time: number;
}

/** Where a job's summary goes. */
interface SummaryFile {
  /** The variable that names the file. */
  variable: string;
  /** Bytes that the file may have. */
  limit: number;
}

/**
 * A CI system: how it is recognised, and what its log understands. What the functions give is written to standard error as it is: a line, or lines, without
 * the last newline; empty for nothing.
 */
export interface CiSystem {
  name: string;
  isHere(env: NodeJS.ProcessEnv): boolean;
  open(section: Section): string;
  close(section: Section): string;
  annotation(annotation: Annotation): string;
  /** Annotations of one level that are shown; more of them are counted only. */
  limit: number;
  summary?: SummaryFile;
  /** The URL of the repository that the files of annotations are of. */
  repository?(env: NodeJS.ProcessEnv): string | undefined;
}

/** An annotation as compilers print it, for systems that read no commands: `src/a.js:1:5: error: lint: message`. */
export function plainAnnotation({ level, title, message, path, line, column }: Annotation): string {
  const place = path ? `${[path, line, column].filter((part) => part !== undefined).join(':')}: ` : '';
  return `${place}${level}: ${title}: ${message.split('\n', 1)[0]}`;
}
