/** The subjects that a user without rights in the cluster cannot look at, in the order of the report. */
export const UNSEEN: readonly string[] = [
  'identity policy',
  'status policy',
  'operator policy',
  'operator',
  'deployment',
  'settings',
  'project',
  'pod security',
  'network policy',
  'own settings',
  'forge secret',
  'model secret',
];
