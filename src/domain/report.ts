import { z } from 'zod';
import { REASONS, type Reason } from './reasons.ts';
import { clip, plainText } from './text.ts';

export const STAGES = ['clone', 'work', 'publish'] as const;
/** The runner's steps, in order. */
export type Stage = (typeof STAGES)[number];

/** Bytes of a termination message: what Kubernetes keeps of one. */
export const REPORT_MAX_BYTES = 4096;

const text = (max: number) => z.string().transform((value) => clip(plainText(value), max));
const count = z.number().int().nonnegative();
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

const schema = z.object({
  stage: z.enum(STAGES),
  ok: z.boolean(),
  reason: z.enum(REASONS).optional(),
  error: text(1500).optional(),
  progress: z.number().int().min(0).max(100),
  base: sha.optional(),
  snapshot: sha.optional(),
  checks: z
    .array(
      z.object({
        name: text(64),
        command: text(200).optional(),
        result: z.enum(['passed', 'failed', 'skipped']),
        exitCode: z.number().int().optional(),
        seconds: z.number().nonnegative().optional(),
        note: text(120).optional(),
      }),
    )
    .max(50)
    .optional(),
  usage: z
    .object({
      turns: count.optional(),
      inputTokens: count.optional(),
      outputTokens: count.optional(),
      costUSD: z.number().nonnegative().optional(),
      model: text(128).optional(),
    })
    .optional(),
  summary: text(600).optional(),
  repo: z
    .object({
      status: z.enum(['pushed', 'diff', 'nodiff', 'abandoned']),
      branch: text(244).optional(),
      commit: sha.optional(),
      prUrl: text(2048).optional(),
      prCreatedAt: text(40).optional(),
      added: count.optional(),
      removed: count.optional(),
      files: count.optional(),
    })
    .optional(),
});

/** What a stage says of itself when it ends: the termination message. The work stage's is data from an untrusted place. */
export type StageReport = z.infer<typeof schema>;

/** The report in a termination message; undefined when there is none or it is not one of `stage`. */
export function parseReport(stage: Stage, message: string | undefined): StageReport | undefined {
  if (!message || message.length > REPORT_MAX_BYTES) return undefined;
  try {
    const report = schema.parse(JSON.parse(message));
    return report.stage === stage ? report : undefined;
  } catch {
    return undefined;
  }
}

const size = (report: StageReport): number => new TextEncoder().encode(JSON.stringify(report)).length;

/**
 * The termination message of a report, at most REPORT_MAX_BYTES: what is least needed goes first
 * (the summary, the checks' commands, the end of the error, then passed checks from the end).
 */
export function formatReport(report: StageReport): string {
  const cuts: ((r: StageReport) => StageReport)[] = [
    (r) => ({ ...r, summary: r.summary && clip(r.summary, 200) }),
    (r) => ({ ...r, summary: undefined }),
    (r) => ({ ...r, checks: r.checks?.map((check) => ({ ...check, command: check.command && clip(check.command, 60) })) }),
    (r) => ({ ...r, error: r.error && clip(r.error, 600) }),
    (r) => ({ ...r, checks: r.checks?.map(({ command: _command, ...check }) => check) }),
    (r) => ({ ...r, checks: r.checks?.slice(0, 20), error: r.error && clip(r.error, 300) }),
    (r) => ({ ...r, checks: r.checks?.filter((check) => check.result === 'failed').slice(0, 5) }),
  ];
  let fitting = report;
  for (const cut of cuts) {
    if (size(fitting) <= REPORT_MAX_BYTES) break;
    fitting = cut(fitting);
  }
  return JSON.stringify(fitting);
}

/** The report of a stage that failed. */
export const failedReport = (stage: Stage, progress: number, reason: Reason, error: string): StageReport => ({
  stage,
  ok: false,
  reason,
  error,
  progress,
});
