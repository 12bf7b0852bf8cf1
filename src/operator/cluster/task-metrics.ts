import { Counter, Histogram, type Registry } from 'prom-client';
import type { AgenticSession } from '../../api/types.ts';
import type { EndedTask } from './ended-task.ts';

/** Seconds, from a codemod to the longest tasks. */
const LONG = [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400];
const SHORT = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

/** What tasks came to, how long they took, and what they used of models: counted from the start of this process. */
export class TaskMetrics {
  readonly #ended: Counter<'project' | 'phase' | 'reason'>;
  readonly #seconds: Histogram<'project' | 'phase'>;
  readonly #stages: Histogram<'stage'>;
  readonly #toJob: Histogram;
  readonly #tokens: Counter<'project' | 'direction'>;
  readonly #cost: Counter<'project'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#ended = new Counter({
      name: 'bgtask_tasks_ended_total',
      help: 'Tasks that have ended, by project, phase and reason',
      labelNames: ['project', 'phase', 'reason'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'bgtask_task_duration_seconds',
      help: 'From the start of a Job to the end of its task',
      labelNames: ['project', 'phase'],
      buckets: LONG,
      registers,
    });
    this.#stages = new Histogram({
      name: 'bgtask_stage_duration_seconds',
      help: 'Time of one stage of a Job',
      labelNames: ['stage'],
      buckets: LONG,
      registers,
    });
    this.#toJob = new Histogram({
      name: 'bgtask_time_to_job_seconds',
      help: 'From the creation of a task to its Job: the wait in line',
      buckets: SHORT,
      registers,
    });
    this.#tokens = new Counter({
      name: 'bgtask_model_tokens_total',
      help: 'Tokens of models that ended tasks report, read (input) and written (output)',
      labelNames: ['project', 'direction'],
      registers,
    });
    this.#cost = new Counter({
      name: 'bgtask_model_cost_usd_total',
      help: 'Cost of models in US dollars that ended tasks report; a task without a known price is not counted',
      labelNames: ['project'],
      registers,
    });
  }

  jobStarted(task: AgenticSession, now: Date): void {
    const created = Date.parse(task.metadata.creationTimestamp ?? now.toISOString());
    this.#toJob.observe((now.getTime() - created) / 1000);
  }

  ended({ project, phase, reason, seconds, stages, usage }: EndedTask): void {
    this.#ended.inc({ project, phase, reason });
    if (seconds !== undefined) this.#seconds.observe({ project, phase }, seconds);
    for (const [stage, took] of Object.entries(stages)) this.#stages.observe({ stage }, took);
    if (usage?.inputTokens) this.#tokens.inc({ project, direction: 'input' }, usage.inputTokens);
    if (usage?.outputTokens) this.#tokens.inc({ project, direction: 'output' }, usage.outputTokens);
    if (usage?.costUSD) this.#cost.inc({ project }, usage.costUSD);
  }
}
