import { z } from 'zod';
import { isReason, REASONS, type Reason } from './reasons.ts';
import { clip, plainText } from './text.ts';
import { VERDICT_REASONS } from './verdict.ts';

export const STAGES = ['clone', 'work', 'prove', 'publish'] as const;
/** The runner's steps, in order. `prove` is a stage of pods alone: where there are sandboxes, the work stage proves in a room of its own. */
export type Stage = (typeof STAGES)[number];

/** True for a stage that runs programs of the repository and of the agent: it holds no credential of a forge. */
export const isUntrusted = (stage: Stage): stage is 'work' | 'prove' => stage === 'work' || stage === 'prove';

/** Bytes of a termination message: what Kubernetes keeps of one. */
export const REPORT_MAX_BYTES = 4096;

const text = (max: number) => z.string().transform((value) => clip(plainText(value), max));
const count = z.number().int().nonnegative();
/** As the CRD's status has it. */
const CHECKS_MAX = 50;
/** As the CRD's status has it. */
const NEW_FAILURES_MAX = 20;
const counts = z.object({ run: count, passed: count, failed: count, skipped: count });
const tests = counts.extend({
  baseline: counts.optional(),
  newFailures: z.array(text(200)).max(NEW_FAILURES_MAX).optional(),
});
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** What keeps untrusted programs apart from the runner. `container` is the pod's own, `none` is nothing but a clean environment. */
const ROOMS = ['bwrap', 'seatbelt', 'container', 'none'] as const;
export type RoomKind = (typeof ROOMS)[number];

const usage = z.object({
  turns: count.optional(),
  inputTokens: count.optional(),
  outputTokens: count.optional(),
  costUSD: z.number().nonnegative().optional(),
  model: text(128).optional(),
});

const schema = z.object({
  stage: z.enum(STAGES),
  ok: z.boolean(),
  reason: z.enum(REASONS).optional(),
  error: text(1500).optional(),
  progress: z.number().int().min(0).max(100),
  base: sha.optional(),
  /** Whether there is a change, of a work stage that ended well. Where it is absent the stage said nothing. */
  changed: z.boolean().optional(),
  snapshot: sha.optional(),
  checks: z
    .array(
      z.object({
        name: text(64),
        command: text(200).optional(),
        result: z.enum(['passed', 'failed', 'skipped']),
        exitCode: z.number().int().optional(),
        seconds: z.number().nonnegative().optional(),
        kind: z.enum(['format', 'lint', 'typecheck', 'test']).optional(),
        base: z.enum(['passed', 'failed', 'unknown']).optional(),
        worse: z.boolean().optional(),
        note: text(120).optional(),
        tests: tests.optional(),
      }),
    )
    .max(CHECKS_MAX)
    .optional(),
  /** What the checks together prove, of a stage that ended well. Where it is absent nothing is proved. */
  verdict: z.object({ reason: z.enum(VERDICT_REASONS), message: text(600) }).optional(),
  usage: usage.optional(),
  summary: text(600).optional(),
  /** What kept the repository's programs apart from the runner, of a work stage that ended well. */
  room: z.enum(ROOMS).optional(),
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

/** What the model gateway of a pod counted, from its container's termination message `{"usage": {...}}`; undefined for any other text. */
export function parseCounted(message: string | undefined): z.infer<typeof usage> | undefined {
  if (!message || message.length > REPORT_MAX_BYTES) return undefined;
  try {
    return z.object({ usage }).parse(JSON.parse(message)).usage;
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

/** A check with at most `max` names of new failures. */
const withFailures = (check: Check, max: number): Check =>
  check.tests?.newFailures
    ? { ...check, tests: { ...check.tests, newFailures: check.tests.newFailures.slice(0, max) } }
    : check;

/** What no report may lose: a verdict is never read from absence. */
const bare = ({
  stage,
  ok,
  reason,
  progress,
  base,
  changed,
  snapshot,
  verdict,
  room,
  error,
}: StageReport): StageReport => ({
  stage,
  ok,
  reason,
  progress,
  base,
  changed,
  snapshot,
  room,
  verdict: verdict && { ...verdict, message: clip(verdict.message, 200) },
  error,
});

/** What goes when a report is too long, the least needed first. */
const CUTS: readonly ((report: StageReport) => StageReport)[] = [
  (r) => ({ ...r, summary: r.summary && clip(r.summary, 200) }),
  (r) => ({ ...r, summary: undefined }),
  (r) => eachCheck(r, (check) => withFailures(check, 5)),
  (r) => eachCheck(r, (check) => ({ ...check, command: check.command && clip(check.command, 60) })),
  (r) => ({ ...r, error: r.error && clip(r.error, 600) }),
  (r) => eachCheck(r, ({ command: _command, ...check }) => check),
  (r) => eachCheck(r, (check) => withFailures(check, 1)),
  (r) => ({ ...r, checks: keepChecks(r.checks, 20), error: r.error && clip(r.error, 300) }),
  (r) => ({ ...r, verdict: r.verdict && { ...r.verdict, message: clip(r.verdict.message, 200) } }),
  (r) => ({ ...r, checks: keepChecks(r.checks, 5) }),
  (r) => eachCheck(r, ({ note: _note, ...check }) => check),
  (r) => ({ ...r, repo: r.repo && { ...r.repo, prUrl: undefined }, error: r.error && clip(r.error, 100) }),
  (r) => eachCheck(r, ({ tests: _tests, ...check }) => check),
  (r) => ({ ...bare(r), error: r.error && clip(r.error, 100) }),
];

/**
 * The termination message of a report: at most REPORT_MAX_BYTES, and one that parseReport takes, whatever the report holds. What is least
 * needed goes first: the summary, the checks' commands, the end of the error, then passed checks.
 */
export function formatReport(report: StageReport): string {
  let fitting = holdable({ ...report, checks: keepChecks(report.checks, CHECKS_MAX) });
  for (const cut of CUTS) {
    if (size(fitting) <= REPORT_MAX_BYTES) break;
    fitting = cut(fitting);
  }
  return JSON.stringify(fitting);
}

/**
 * The report without the parts that the schema refuses, an agent's usage of 10.5 tokens for example: such a part must not cost the verdict.
 * Checks are dropped one by one.
 */
function holdable(report: StageReport): StageReport {
  const { stage, ok, reason } = report;
  const least: StageReport = { stage, ok, reason: isReason(reason) ? reason : undefined, progress: 0 };
  return Object.entries(report).reduce<StageReport>((kept, [field, value]) => {
    const given = field === 'checks' ? (value as Check[] | undefined)?.filter(isCheck) : value;
    const held = schema.safeParse({ ...kept, [field]: given });
    return held.success ? held.data : kept;
  }, least);
}

const isCheck = (check: unknown): boolean => schema.shape.checks.safeParse([check]).success;

/** The report of a stage that failed. */
export const failedReport = (stage: Stage, progress: number, reason: Reason, error: string): StageReport => ({
  stage,
  ok: false,
  reason,
  error,
  progress,
});
