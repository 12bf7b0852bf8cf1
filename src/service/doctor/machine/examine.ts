import type { Finding } from '../finding.ts';

/** Looks at one thing on this machine, by a caller's environment. */
export type Examine = (env: NodeJS.ProcessEnv) => Promise<Finding>;
