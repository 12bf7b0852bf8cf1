import type { CheckResult, Usage } from '../../api/types.ts';
import type { LeftChange } from '../../domain/kept-change.ts';
import type { Agent } from '../agents/agent.ts';
import type { Snapshot } from '../survey.ts';
import type { WorkTools } from './open-tools.ts';
import type { ChangeKeeper } from './keep-change.ts';
import type { AgentRetry } from './agent-retry.ts';

/** What the work stage carries from step to step. */
export interface Work extends WorkTools {
  agent: Agent;
  usage: Usage;
  /** The results of the last round, as far as it came. */
  checks: CheckResult[];
  session?: string;
  summary?: string;
  keeper: ChangeKeeper;
  agentRetry: AgentRetry;
  /** True once there is something to keep: the agent was started, or an earlier task's change is in the checkout. */
  begun: boolean;
  /** The last snapshot, unless the agent has worked since. */
  last?: Snapshot;
  /** What the checks that failed last printed. */
  failures?: string;
  /** What an earlier task left, whose change is in the checkout. */
  earlier?: LeftChange;
}
