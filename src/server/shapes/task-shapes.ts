import { z } from '@hono/zod-openapi';
import { PHASES } from '../../api/types.ts';
import { characters, PROMPT_MAX } from '../../domain/prompt.ts';
import type { RetryChanges } from '../../service/retry-changes.ts';
import type { TaskRequest } from '../../service/task-object.ts';
import { crdShape, partialShape } from './crd-shape.ts';

const field = (name: string): z.ZodType => crdShape('AgenticSession', name).optional();
const parameters = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .openapi({ description: "Values of the template's parameters." });

/** The body of a new task. Names, URLs and branches are judged by the rules that the command line has, too. */
export const NewTask = z
  .strictObject({
    name: z
      .string()
      .openapi({ description: 'A DNS label of at most 50 characters.', example: 'upgrade-lodash' }),
    instructions: z
      .string()
      .refine((prompt) => characters(prompt) <= PROMPT_MAX, `at most ${PROMPT_MAX} characters are allowed`)
      .optional()
      .openapi({
        maxLength: PROMPT_MAX,
        description: 'What the agent is to do; with a template, what is to be added to it.',
      }),
    repository: z.strictObject({
      url: z.string().openapi({ example: 'https://github.com/example-org/app' }),
      branch: z
        .string()
        .optional()
        .openapi({ description: "The base branch; the repository's own default." }),
    }),
    templateId: z.string().optional().openapi({ description: 'A template of the project, by its name.' }),
    parameters: parameters.optional(),
    agent: field('agent'),
    checks: field('checks'),
    pullRequest: field('pullRequest'),
    timeout: field('timeout'),
    repairs: field('repairs'),
    queue: field('queue'),
    allowedPaths: field('allowedPaths'),
    image: field('image'),
  })
  .openapi('NewTask');

/** What a retry is to do otherwise than the task before it; a field left out stays as it was. */
export const RetryTask = z
  .strictObject({
    instructions: z
      .string()
      .optional()
      .openapi({ description: 'Added to the instructions of the task.', maxLength: PROMPT_MAX }),
    agent: partialShape('AgenticSession', 'agent').optional(),
    timeout: field('timeout'),
    checks: field('checks'),
    repairs: field('repairs'),
    allowedPaths: field('allowedPaths'),
    image: field('image'),
    branch: z.string().optional().openapi({ description: 'The base branch.' }),
    queue: field('queue'),
    fromScratch: z.boolean().optional().openapi({
      description: "True: the agent begins with the base, and not with the task's kept change.",
    }),
  })
  .openapi('RetryTask');

/** What a body that has passed RetryTask asks for. */
export type RetryTaskBody = RetryChanges & { fromScratch?: boolean };

/** What a body that has passed NewTask asks for. */
export type NewTaskBody = Omit<TaskRequest, 'project'>;

const text = z.string();
const time = z.iso.datetime().openapi({ example: '2026-01-31T12:00:00Z' });
const count = z.int();

const testCounts = { run: count, passed: count, failed: count, skipped: count };

const CheckResult = z.object({
  name: text,
  command: text.optional(),
  result: z.enum(['passed', 'failed', 'skipped']),
  exitCode: count.optional(),
  seconds: z.number().optional(),
  kind: z.enum(['format', 'lint', 'typecheck', 'test']).optional(),
  base: z.enum(['passed', 'failed', 'unknown']).optional().openapi({
    description: 'How the same command ended on the base commit; absent when it was not run there.',
  }),
  worse: z.boolean().optional().openapi({ description: 'For a failed check: worse than on the base.' }),
  note: text.optional().openapi({ description: 'For example: failed before the change.' }),
  tests: z
    .object({
      ...testCounts,
      baseline: z.object(testCounts).optional(),
      newFailures: z.array(text).optional(),
    })
    .optional()
    .openapi({ description: 'Absent when the output states no count of tests.' }),
});

const Usage = z.object({
  turns: count.optional(),
  inputTokens: count.optional(),
  outputTokens: count.optional(),
  costUSD: z.number().optional(),
  model: text.optional(),
});

const summary = {
  name: text,
  uid: text,
  project: text,
  object: text.openapi({ description: "The custom resource's name, for kubectl." }),
  status: z.enum(PHASES),
  progress: count.min(0).max(100),
  currentPhase: text,
  reason: text.optional(),
  creator: text,
  repository: z.object({ url: text }),
  createdAt: time.nullable(),
  prUrl: text.nullable(),
  retryCount: count,
  retryOf: text.optional().openapi({ description: 'The first task of the lineage.' }),
};

/** A task as a list shows it. */
const TaskSummary = z.object(summary).openapi('TaskSummary');

/** A task as far as its status tells. */
export const Task = z
  .object({
    ...summary,
    repository: z.object({ url: text, branch: text.optional() }),
    instructions: text,
    templateId: text.optional(),
    parameters: z.record(text, text).optional(),
    agent: z.object({ type: text, model: text.optional() }),
    timeout: count.openapi({ description: 'Seconds.' }),
    queue: z.boolean(),
    cancelRequested: z.boolean(),
    error: text.nullable(),
    startedAt: time.nullable(),
    completedAt: time.nullable(),
    steps: z
      .array(z.object({ name: text, label: text, startedAt: time, finishedAt: time.optional() }))
      .openapi({ description: 'The steps that have begun, with their times as the operator saw them.' }),
    jobName: text.optional(),
    branch: text.optional().openapi({ description: 'The branch that was pushed.' }),
    commit: text.optional(),
    prCreatedAt: time.optional(),
    changes: z.object({ files: count, added: count, removed: count }).optional(),
    change: z
      .object({
        digest: text.optional().openapi({ description: 'sha256: and the digest of the patch.' }),
        base: text.optional().openapi({ description: 'The commit that it stands on.' }),
        bytes: count.optional(),
        files: count.optional(),
        added: count.optional(),
        removed: count.optional(),
        note: text.optional().openapi({ description: 'Why nothing is kept, or what of it is not.' }),
      })
      .optional()
      .openapi({ description: "The kept change; the patch itself: the task's /diff." }),
    checks: z.array(CheckResult),
    validation: z
      .object({ proven: z.boolean(), reason: text, message: text })
      .nullable()
      .openapi({ description: 'What the checks prove; null until that is decided.' }),
    usage: Usage.optional(),
    logs: text.openapi({ description: "The log's last 10,240 bytes. All of it: the task's /logs." }),
  })
  .openapi('Task');

/** A task just made, with what should be known although nothing is wrong. */
export const CreatedTask = z
  .object({ ...Task.shape, warnings: z.array(text).optional() })
  .openapi('CreatedTask');

export const TaskList = z
  .object({
    items: z.array(TaskSummary),
    total: count.openapi({ description: 'Tasks that pass the filters, on this page or not.' }),
  })
  .openapi('TaskList');

export type TaskBody = z.infer<typeof Task>;
export type TaskSummaryBody = z.infer<typeof TaskSummary>;
