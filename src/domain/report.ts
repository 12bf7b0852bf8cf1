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
/** As the CRD's status has it. */
const CHECKS_MAX = 50;
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
    .max(CHECKS_MAX)
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
      // A status with another text there would be refused as a whole.
      prCreatedAt: z.iso.datetime({ offset: true }).max(40).optional().catch(undefined),
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

type Check = NonNullable<StageReport['checks']>[number];

/** At most `max` checks in their order; failed ones stay before others. */
function keepChecks(checks: readonly Check[] | undefined, max: number): Check[] | undefined {
  if (!checks || checks.length <= max) return checks && [...checks];
  const failed = checks.filter((check) => check.result === 'failed').slice(0, max);
  const others = checks.filter((check) => check.result !== 'failed').slice(0, max - failed.length);
  const kept = new Set([...failed, ...others]);
  return checks.filter((check) => kept.has(check));
}

const eachCheck = (report: StageReport, change: (check: Check) => Check): StageReport => ({
  ...report,
  checks: report.checks?.map(change),
});

/** What goes when a report is too long, the least needed first. */
const CUTS: readonly ((report: StageReport) => StageReport)[] = [
  (r) => ({ ...r, summary: r.summary && clip(r.summary, 200) }),
  (r) => ({ ...r, summary: undefined }),
  (r) => eachCheck(r, (check) => ({ ...check, command: check.command && clip(check.command, 60) })),
  (r) => ({ ...r, error: r.error && clip(r.error, 600) }),
  (r) => eachCheck(r, ({ command: _command, ...check }) => check),
  (r) => ({ ...r, checks: keepChecks(r.checks, 20), error: r.error && clip(r.error, 300) }),
  (r) => ({ ...r, checks: keepChecks(r.checks, 5) }),
  (r) => eachCheck(r, ({ note: _note, ...check }) => check),
  (r) => ({ ...r, repo: r.repo && { ...r.repo, prUrl: undefined }, error: r.error && clip(r.error, 100) }),
  ({ stage, ok, reason, progress, error }) => ({
    stage,
    ok,
    reason,
    progress,
    error: error && clip(error, 100),
  }),
];

/**
 * The termination message of a report: at most REPORT_MAX_BYTES, and one that parseReport takes, whatever the report holds. What is least
 * needed goes first: the summary, the checks' commands, the end of the error, then passed checks.
 */
export function formatReport(report: StageReport): string {
  const { stage, ok, reason, error } = report;
  const held = schema.safeParse({ ...report, checks: keepChecks(report.checks, CHECKS_MAX) });
  // A value that no report may hold must not cost the verdict.
  let fitting: StageReport = held.success
    ? held.data
    : { stage, ok, reason, error: error && clip(plainText(error), 1500), progress: 0 };
  for (const cut of CUTS) {
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
