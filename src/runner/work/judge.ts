import type { StageReport } from '../../domain/report.ts';
import { isProven, verdictOf, withReplaced } from '../../domain/verdict.ts';
import type { StageContext } from '../stage-context.ts';
import type { Phases } from './phases.ts';
import { UnprovenError } from './work-error.ts';
import type { Workspace } from './workspace.ts';

export interface Judged {
  context: StageContext;
  phases: Phases;
  workspace: Workspace;
}

/** What checks that made nothing worse prove, for the log and the report. Throws UnprovenError where a proof is demanded and missing. */
export function judge(
  { context, phases, workspace }: Judged,
  checks: NonNullable<StageReport['checks']>,
): Pick<StageReport, 'checks' | 'verdict' | 'room'> {
  const verdict = withReplaced(verdictOf(checks), workspace.replaced);
  context.log.line(verdict.message);
  if (phases.kind === 'none') context.log.line('Proved without a sandbox');
  if (!isProven(verdict) && context.input.proof === 'required') throw new UnprovenError(verdict);
  context.log.step(isProven(verdict) ? 'validated' : 'unproven');
  return { checks, verdict, room: phases.kind };
}
