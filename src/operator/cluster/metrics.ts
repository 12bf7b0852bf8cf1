import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AgenticSession } from '../../api/types.ts';
import { isTask, phaseOf } from '../../domain/task.ts';
import { buildInfo } from './build-info.ts';
import { TaskMetrics } from './task-metrics.ts';

/** The sources of the gauges, read on each scrape. */
export interface MetricSources {
  tasks: () => Iterable<AgenticSession>;
  queueDepth: () => number;
  /** True while this process reconciles; false for a standby. */
  leads: () => boolean;
}

/** The operator's metrics, in Prometheus' text format. */
export class Metrics {
  readonly #registry = new Registry();
  /** What tasks came to. */
  readonly tasks: TaskMetrics;
  /** Read from the sources on each scrape. */
  readonly gauges: readonly Gauge[];
  readonly #passes: Histogram<'rule'>;
  readonly #failures: Counter;
  readonly #requests: Counter<'method' | 'code'>;
  #sources: MetricSources = { tasks: () => [], queueDepth: () => 0, leads: () => false };

  constructor(version: string) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const sources = (): MetricSources => this.#sources;
    const tasks = new Gauge({
      name: 'bgtask_tasks',
      help: 'Tasks by phase and reason',
      labelNames: ['phase', 'reason'],
      registers,
      collect() {
        this.reset();
        for (const task of sources().tasks())
          if (isTask(task)) this.inc({ phase: phaseOf(task), reason: task.status?.reason ?? '' });
      },
    });
    const queueDepth = new Gauge({
      name: 'bgtask_queue_depth',
      help: 'Tasks that wait for a reconcile',
      registers,
      collect() {
        this.set(sources().queueDepth());
      },
    });
    const leader = new Gauge({
      name: 'bgtask_leader',
      help: '1 in the process that reconciles, 0 in one that stands by',
      registers,
      collect() {
        this.set(sources().leads() ? 1 : 0);
      },
    });
    this.gauges = [tasks, queueDepth, leader, buildInfo(version, this.#registry)];
    this.tasks = new TaskMetrics(this.#registry);
    this.#passes = new Histogram({
      name: 'bgtask_reconcile_seconds',
      help: 'Time of one reconcile by the rule that decided',
      labelNames: ['rule'],
      registers,
    });
    this.#failures = new Counter({
      name: 'bgtask_reconcile_failures_total',
      help: 'Reconciles that ended with an error',
      registers,
    });
    this.#requests = new Counter({
      name: 'bgtask_api_requests_total',
      help: 'Requests to the API server',
      labelNames: ['method', 'code'],
      registers,
    });
  }

  set sources(sources: MetricSources) {
    this.#sources = sources;
  }

  pass(rule: string, seconds: number): void {
    this.#passes.observe({ rule }, seconds);
  }

  failed(): void {
    this.#failures.inc();
  }

  request(method: string, code: number): void {
    this.#requests.inc({ method, code: String(code) });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}
