import type { Kind } from '../../src/api/types.ts';
import type { Row } from './objects.ts';
import { at, background, session, template, withStatus, type Json } from './object-builders.ts';

/** A part of the schema: valid objects in which one field at a time is set. */
interface Base {
  kind: Kind;
  object: Json;
  old?: Json;
}
const SESSION: Base = {
  kind: 'AgenticSession',
  object: session({ agent: { type: 'claude' }, checks: [{ name: 'test', run: 'npm test' }] }),
};
const TASK: Base = {
  kind: 'AgenticSession',
  object: background({ agent: { type: 'claude' }, checks: [{ name: 'test', run: 'npm test' }] }),
};
const TEMPLATE: Base = {
  kind: 'TaskTemplate',
  object: template({
    agent: { type: 'claude' },
    checks: [{ name: 'test', run: 'npm test' }],
    parameters: [{ name: 'version' }],
  }),
};
const SESSION_STATUS: Base = {
  kind: 'AgenticSession',
  old: background(),
  object: withStatus(background(), {
    checks: [{ name: 'test', result: 'passed' }],
    conditions: [{ type: 'Admitted', status: 'True' }],
  }),
};
const TEMPLATE_STATUS: Base = {
  kind: 'TaskTemplate',
  old: template(),
  object: withStatus(template(), { conditions: [{ type: 'Ready', status: 'True' }] }),
};

const row = (base: Base, name: string, [path, value]: [string, unknown], errors: string[]): Row => ({
  name,
  kind: base.kind,
  object: at(base.object, path, value),
  ...(base.old ? { old: base.old, subresource: 'status' as const } : {}),
  errors,
});

/** Characters that a text may have. */
const TEXTS: [Base, string, number][] = [
  [TASK, 'spec.prompt', 10240],
  [TASK, 'spec.repos[0].input.url', 2048],
  [TASK, 'spec.repos[0].input.branch', 244],
  [TASK, 'spec.repos[0].output.url', 2048],
  [TASK, 'spec.repos[0].output.branch', 244],
  [TASK, 'spec.templateId', 253],
  [TASK, 'spec.parameters.version', 1024],
  [TASK, 'spec.userContext.userId', 256],
  [TASK, 'spec.userContext.displayName', 256],
  [TASK, 'spec.userContext.groups[0]', 256],
  [TASK, 'spec.agent.type', 64],
  [TASK, 'spec.agent.model', 128],
  [TASK, 'spec.agent.run', 8192],
  [TASK, 'spec.checks[0].name', 64],
  [TASK, 'spec.checks[0].run', 1024],
  [TASK, 'spec.pullRequest.title', 200],
  [TASK, 'spec.pullRequest.labels[0]', 100],
  [TASK, 'spec.pullRequest.reviewers[0]', 100],
  [TASK, 'spec.pullRequest.assignees[0]', 100],
  [TASK, 'spec.allowedPaths[0]', 512],
  [TASK, 'spec.image', 512],
  [TASK, 'spec.retryOf', 63],
  [TASK, 'spec.continueFrom', 253],
  [SESSION_STATUS, 'status.phase', 32],
  [SESSION_STATUS, 'status.currentPhase', 256],
  [SESSION_STATUS, 'status.reason', 64],
  [SESSION_STATUS, 'status.error', 4096],
  [SESSION_STATUS, 'status.logs', 10240],
  [SESSION_STATUS, 'status.jobName', 63],
  [SESSION_STATUS, 'status.logArchive', 2048],
  [SESSION_STATUS, 'status.change.location', 2048],
  [SESSION_STATUS, 'status.change.note', 1024],
  [SESSION_STATUS, 'status.repos[0].prUrl', 2048],
  [SESSION_STATUS, 'status.checks[0].note', 256],
  [SESSION_STATUS, 'status.usage.model', 128],
  [SESSION_STATUS, 'status.conditions[0].message', 4096],
  [TEMPLATE, 'spec.displayName', 128],
  [TEMPLATE, 'spec.description', 1024],
  [TEMPLATE, 'spec.instructionsTemplate', 10240],
  [TEMPLATE, 'spec.parameters[0].name', 63],
  [TEMPLATE, 'spec.parameters[0].description', 512],
  [TEMPLATE, 'spec.parameters[0].defaultValue', 1024],
  [TEMPLATE, 'spec.parameters[0].validationRegex', 512],
  [TEMPLATE, 'spec.parameters[0].enum[0]', 256],
  [TEMPLATE, 'spec.validationRules[0]', 512],
  [TEMPLATE, 'spec.agent.run', 8192],
  [TEMPLATE, 'spec.checks[0].run', 1024],
  [TEMPLATE, 'spec.pullRequest.title', 200],
  [TEMPLATE_STATUS, 'status.conditions[0].message', 4096],
];
const textRows = TEXTS.flatMap(([base, path, max]) => [
  row(base, `${path} of ${max} characters`, [path, 'a'.repeat(max)], []),
  row(
    base,
    `${path} of ${max + 1} characters`,
    [path, 'a'.repeat(max + 1)],
    [`${path}: Too long: may not be more than ${max} bytes`],
  ),
]);

/** Items that a list, or entries that a map, may have. */
const LISTS: [Base, string, number, (i: number) => unknown][] = [
  [SESSION, 'spec.repos', 32, () => ({ input: { url: 'https://example.com/org/app' } })],
  [TASK, 'spec.userContext.groups', 256, () => 'developers'],
  [TASK, 'spec.checks', 20, (i) => ({ name: `check ${i}`, run: 'true' })],
  [TASK, 'spec.pullRequest.labels', 20, () => 'chore'],
  [TASK, 'spec.pullRequest.reviewers', 20, () => 'octocat'],
  [TASK, 'spec.pullRequest.assignees', 20, () => 'octocat'],
  [TASK, 'spec.allowedPaths', 50, () => '.github/workflows/*.yml'],
  [SESSION_STATUS, 'status.repos', 32, () => ({ name: 'app' })],
  [SESSION_STATUS, 'status.checks', 50, () => ({ name: 'test', result: 'passed' })],
  [SESSION_STATUS, 'status.conditions', 16, (i) => ({ type: `Type${i}`, status: 'True' })],
  [TEMPLATE, 'spec.parameters', 50, (i) => ({ name: `name${i}` })],
  [TEMPLATE, 'spec.parameters[0].enum', 50, () => 'value'],
  [TEMPLATE, 'spec.validationRules', 20, () => 'The tests pass.'],
  [TEMPLATE, 'spec.checks', 20, (i) => ({ name: `check ${i}`, run: 'true' })],
];
const listRows = LISTS.flatMap(([base, path, max, item]) => {
  const items = Array.from({ length: max + 1 }, (_, i) => item(i));
  return [
    row(base, `${path} of ${max} items`, [path, items.slice(1)], []),
    row(
      base,
      `${path} of ${max + 1} items`,
      [path, items],
      [`${path}: Too many: ${max + 1}: must have at most ${max} items`],
    ),
  ];
});

const parameters = (count: number): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`name${i}`, 'value']));
const mapRows = [
  row(TASK, '50 parameters', ['spec.parameters', parameters(50)], []),
  row(
    TASK,
    '51 parameters',
    ['spec.parameters', parameters(51)],
    ['spec.parameters: Too many: 51: must have at most 50 items'],
  ),
];

/** The least and the most that a number may be; `undefined` means no limit. */
const NUMBERS: [Base, string, number, number | undefined][] = [
  [SESSION, 'spec.timeout', 0, undefined],
  [TASK, 'spec.agent.maxTurns', 1, 1000],
  [TASK, 'spec.agent.maxBudgetUSD', 0, 1000],
  [TASK, 'spec.repairs', 0, 5],
  [SESSION_STATUS, 'status.progress', 0, 100],
  [SESSION_STATUS, 'status.retryCount', 0, undefined],
  [SESSION_STATUS, 'status.checks[0].seconds', 0, undefined],
  [SESSION_STATUS, 'status.usage.costUSD', 0, undefined],
  [TEMPLATE_STATUS, 'status.usageCount', 0, undefined],
];
const numberRows = NUMBERS.flatMap(([base, path, min, max]) => {
  // A status is validated by itself, and the sentence says so.
  const body = `${path.replace('status.', '')} in body should be`;
  const below = `${path}: Invalid value: ${min - 1}: ${body} greater than or equal to ${min}`;
  const rows = [
    row(base, `${path} ${min}`, [path, min], []),
    row(base, `${path} below ${min}`, [path, min - 1], [below]),
  ];
  if (max === undefined) return rows;
  const above = `${path}: Invalid value: ${max + 1}: ${body} less than or equal to ${max}`;
  return [
    ...rows,
    row(base, `${path} ${max}`, [path, max], []),
    row(base, `${path} above ${max}`, [path, max + 1], [above]),
  ];
});

/** Texts that may not be empty. */
const FILLED: [Base, string][] = [
  [TASK, 'spec.repos[0].input.url'],
  [TASK, 'spec.checks[0].name'],
  [TASK, 'spec.checks[0].run'],
  [TASK, 'spec.agent.type'],
  [TASK, 'spec.pullRequest.labels[0]'],
  [TASK, 'spec.allowedPaths[0]'],
  [TEMPLATE, 'spec.displayName'],
  [TEMPLATE, 'spec.instructionsTemplate'],
  [TEMPLATE, 'spec.parameters[0].name'],
  [TEMPLATE, 'spec.validationRules[0]'],
];
const filledRows = FILLED.map(([base, path]) =>
  row(
    base,
    `${path} empty`,
    [path, ''],
    [`${path}: Invalid value: "": ${path} in body should be at least 1 chars long`],
  ),
);

export const limitRows: Row[] = [...textRows, ...listRows, ...mapRows, ...numberRows, ...filledRows];
