import type { Condition } from '../api/types.ts';

export type ConditionType = 'Admitted' | 'Scheduled' | 'Validated' | 'Published';

/** What a policy says of one condition. */
export interface ConditionChange {
  type: ConditionType;
  status: 'True' | 'False' | 'Unknown';
  /** CamelCase. */
  reason: string;
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
