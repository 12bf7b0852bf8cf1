import type { Condition } from '../api/types.ts';
import type { Reason } from './reasons.ts';
import { VERDICT_REASONS } from './verdict.ts';

/** The types of conditions, each with its reasons that are not reasons of tasks. */
export const CONDITIONS = {
  Admitted: ['Admitted', 'InLine'],
  Scheduled: ['Running', 'Waiting'],
  Validated: [...VERDICT_REASONS, 'ChecksFailed'],
  Published: ['PullRequestOpen', 'BranchPushed', 'Failed'],
} as const;
export type ConditionType = keyof typeof CONDITIONS;

/** What a policy says of one condition. */
export interface ConditionChange {
  type: ConditionType;
  status: 'True' | 'False' | 'Unknown';
  reason: Reason | (typeof CONDITIONS)[ConditionType][number];
  message: string;
}

/** The conditions with changes applied; lastTransitionTime moves only when a status changes, as the API conventions ask. */
export function withConditions(
  current: readonly Condition[] | undefined,
  changes: readonly ConditionChange[],
  now: Date,
): Condition[] {
  const byType = new Map((current ?? []).map((condition) => [condition.type, condition]));
  for (const change of changes) {
    const before = byType.get(change.type);
    const lastTransitionTime =
      before?.status === change.status && before.lastTransitionTime
        ? before.lastTransitionTime
        : now.toISOString();
    byType.set(change.type, { ...change, lastTransitionTime });
  }
  return [...byType.values()];
}

/** The condition of a type, if it is there. */
export const conditionOf = (
  conditions: readonly Condition[] | undefined,
  type: ConditionType,
): Condition | undefined => conditions?.find((condition) => condition.type === type);
