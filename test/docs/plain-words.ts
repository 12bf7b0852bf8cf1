import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Phrases that a reader of English as a second language stumbles over, with what to write instead. */
export const BANNED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bwhoever\b/i, 'name the person: "the user", "the administrator", "anyone who"'],
  [/\b(?:nobody|somebody|everybody)\b/i, 'name who: "no user", "another process", "all callers"'],
  [/\bmend(?:s|ed|ing)?\b/i, '"fix"'],
  [/\bbefell\b|\bbefall/i, '"happened to"'],
  [/\banew\b/i, '"again"'],
  [/\bwithout a word\b/i, 'say what is absent: "without a report", "without output"'],
  [
    /(?<!\bthere )\b(?:is|are) (?:no|none)\b(?! longer| more| less| later)/i,
    '"X is not a Y", "X must be a Y"',
  ],
];

/** What is read: what users and contributors read. Generated files and lock files are left out. */
const PLACES = ['src', 'docs', 'crds', 'templates', 'test', '.github', 'bin'];
const TEXT = /\.(?:tsx?|md|txt|ya?ml|json|css|html)$/;
const LEFT_OUT =
  /^src\/api\/generated\/|^test\/docs\/|\/fixtures\/|github-api\.json$|^test\/(?!.*golden\/).*\.(?:ya?ml|json)$/;

export interface Finding {
  path: string;
  line: number;
  text: string;
  instead: string;
}

/** The banned phrases in a text. */
export const findingsIn = (path: string, text: string): Finding[] =>
  text.split('\n').flatMap((line, at) =>
    BANNED.filter(([phrase]) => phrase.test(line)).map(([, instead]) => ({
      path,
      line: at + 1,
      text: line.trim(),
      instead,
    })),
  );

/** The files that are read, from the root of the checkout. */
const files = (): string[] => [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...PLACES.flatMap((place) =>
    readdirSync(join(root, place), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
  ).filter((path) => TEXT.test(path) && !LEFT_OUT.test(path)),
];

/** All findings of the checkout. */
export const findings = (): Finding[] =>
  files().flatMap((path) => findingsIn(path, readFileSync(join(root, path), 'utf8')));
