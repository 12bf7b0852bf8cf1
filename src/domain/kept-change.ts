import { z } from 'zod';
import type { JobFacts } from './job-facts.ts';
import { REASONS } from './reasons.ts';
import { clip, plainText } from './text.ts';

/** Bytes of the patch and of the pack of a change that is kept; a larger change is not kept, and its task says so. A larger conversation is left out. */
export const KEPT_MAX = { patch: 67_108_864, pack: 268_435_456, conversation: 33_554_432 } as const;

/** Bytes of what a work stage says of its change. */
export const LEFT_MAX_BYTES = 65_536;

/** UTF-16 units of a failing check's output that the next attempt sees. */
export const OUTPUT_MAX = 12_288;

const text = (max: number) => z.string().transform((value) => clip(plainText(value), max));
const count = z.number().int().nonnegative();
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Why the attempt ended, for the next one. */
const failure = z.object({
  reason: z.enum(REASONS),
  error: text(1500),
  /** What the failing checks printed. */
  output: text(OUTPUT_MAX).optional(),
});

const left = z.object({
  /** The commit that the change stands on. */
  base: sha,
  /** The commit in the pack. */
  commit: sha,
  files: count,
  added: count,
  removed: count,
  /** SHA-256 of the files beside it. */
  patch: digest,
  pack: digest,
  /** Files that no change may hold, too large ones say, and that are left out. */
  leftOut: z.array(text(512)).max(20).optional(),
  /** Files in Git LFS, of which the change has the pointers and not the content. */
  pointers: z.array(text(512)).max(20).optional(),
  agent: text(64),
  /** The agent's own conversation. */
  session: text(512).optional(),
  /** SHA-256 of that conversation's file, where it is kept too. */
  conversation: digest.optional(),
  failure: failure.optional(),
  /** What the agent said of its change. */
  summary: text(600).optional(),
});

const nothing = z.object({ note: text(600) });

/** What a work stage says of the change in its checkout: data from an untrusted place. */
export type LeftChange = z.infer<typeof left>;
/** The reason why the work stage did not leave a change. */
export type NothingLeft = z.infer<typeof nothing>;

export const hasChange = (said: LeftChange | NothingLeft): said is LeftChange => 'commit' in said;

/** What a work stage wrote about its change; undefined for a text that is something else. */
export function readLeft(json: string): LeftChange | NothingLeft | undefined {
  try {
    return z.union([left, nothing]).parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** What a task's status says of its kept change. */
export interface KeptChange {
  /** URL of the patch. */
  location?: string;
  /** Of the patch: `sha256:` and hexadecimal digits. */
  digest?: string;
  /** The commit that it stands on. */
  base?: string;
  /** Bytes of the patch. */
  bytes?: number;
  files?: number;
  added?: number;
  removed?: number;
  /** Why nothing is kept, or what of it is not. */
  note?: string;
}

const names = (paths: readonly string[]): string =>
  `${paths
    .slice(0, 5)
    .map((path) => JSON.stringify(path))
    .join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;

/** What of a change is not kept, in sentences; undefined when all of it is. */
export function notAllNote({ leftOut = [], pointers = [] }: LeftChange): string | undefined {
  const sentences = [
    ...(leftOut.length > 0 ? [`Left out, because no change may hold them: ${names(leftOut)}.`] : []),
    ...(pointers.length > 0
      ? [`Of files in Git LFS the pointers are kept and not the content: ${names(pointers)}.`]
      : []),
  ];
  return sentences.length > 0 ? clip(sentences.join(' '), 1024) : undefined;
}

/** What the status says of a task on a cluster whose work stage handed no change over. Undefined when it ended by itself: then its agent had not begun. */
export function notKept({ stages: { work } }: JobFacts): KeptChange | undefined {
  const wasKilled = work.state === 'running' || (work.state === 'ended' && !work.report);
  return wasKilled
    ? { note: 'The pod ended before its work stage could hand its change over, so it is not kept.' }
    : undefined;
}
