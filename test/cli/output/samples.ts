import { age } from '../../../src/cli/output/age.ts';
import type { Column } from '../../../src/cli/output/table.ts';

/** A task as far as the outputs read it. */
export interface Sample {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    managedFields?: unknown;
  };
  spec: { prompt: string; userContext?: { userId: string } };
  status?: {
    phase: string;
    progress?: number;
    repos?: { name: string; prUrl?: string; added?: number }[];
    logs?: string;
  };
}

export const NOW = new Date('2025-11-12T10:00:00Z');

const sample = (
  name: string,
  created: string,
  rest: Partial<Pick<Sample, 'status'>> & { prompt?: string; user?: string },
): Sample => ({
  apiVersion: 'vteam.ambient-code/v1alpha1',
  kind: 'AgenticSession',
  metadata: {
    name,
    creationTimestamp: created,
    labels: { 'ambient-code.io/task': name.replace(/-[0-9a-f]{8}$/, '') },
    managedFields: [{ manager: 'noise' }],
  },
  spec: { prompt: rest.prompt ?? 'Do it.', ...(rest.user && { userContext: { userId: rest.user } }) },
  ...(rest.status && { status: rest.status }),
});

export const SAMPLES: readonly Sample[] = [
  sample('upgrade-lodash-1a2b3c4d', '2025-11-12T09:56:40Z', {
    user: 'user@example.com',
    status: {
      phase: 'Completed',
      progress: 100,
      repos: [{ name: 'app', prUrl: 'https://example.com/example-org/app/pull/7', added: 12 }],
    },
  }),
  sample('fix-lint-2b3c4d5e', '2025-11-10T07:00:00Z', {
    prompt: 'Line one\nline two',
    status: { phase: 'Failed', progress: 60, repos: [], logs: 'red \u001b[31mtext\u001b[0m\r\nnext' },
  }),
  sample('翻訳-3c4d5e6f', '2024-10-08T10:00:00Z', { user: '李 example', status: { phase: 'Running' } }),
  sample('pending-4d5e6f70', '2025-11-12T09:59:55Z', {
    prompt: 'Hide \u202ethis\u202c and \u009b31m that\u0007',
  }),
];

export const COLUMNS: readonly Column<Sample>[] = [
  { header: 'TASK', value: ({ metadata }) => metadata.labels?.['ambient-code.io/task'] ?? '' },
  { header: 'PHASE', value: ({ status }) => status?.phase ?? '' },
  { header: '%', value: ({ status }) => String(status?.progress ?? '') },
  { header: 'AGE', value: ({ metadata }, now) => age(metadata.creationTimestamp, now) },
  { header: 'USER', value: ({ spec }) => spec.userContext?.userId ?? '<none>', wide: true },
  { header: 'PROMPT', value: ({ spec }) => spec.prompt, wide: true, cut: true },
];
