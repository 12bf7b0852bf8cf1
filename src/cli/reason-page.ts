import type { Reason } from '../domain/reasons.ts';

/** The section of docs/troubleshooting.md about a reason: what it means, how to see more, what to do. */
export const reasonPage = (reason: Reason): string =>
  `https://github.com/kubectl-bgtask/kubectl-bgtask/blob/main/docs/troubleshooting.md#${reason.toLowerCase()}`;
