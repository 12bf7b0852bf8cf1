import assert from 'node:assert/strict';
import type { AgenticSession, Phase } from '../../../src/api/types.ts';
import { Metrics } from '../../../src/operator/cluster/metrics.ts';
import { endedTask } from '../../../src/operator/cluster/ended-task.ts';
import { after, ended, good, job, task } from '../../domain/builders.ts';

const of = (phase: Phase, reason?: 'ChecksFailed'): AgenticSession =>
  task({ status: { phase, ...(reason && { reason }) } });

/** The lines of one metric. */
const lines = async (metrics: Metrics, name: string): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(name));

describe('The operator’s metrics', () => {
  it('count tasks by phase and reason, as they are when they are read', async () => {
    const metrics = new Metrics('1.2.3');
    assert.deepEqual(await lines(metrics, 'bgtask_tasks'), []);
    let tasks = [of('Running'), of('Running'), of('Failed', 'ChecksFailed'), task()];
    tasks.push(task({ spec: { mode: 'interactive' } as unknown as AgenticSession['spec'] }));
    metrics.sources = { tasks: () => tasks, queueDepth: () => 7, leads: () => true };
    assert.deepEqual(await lines(metrics, 'bgtask_tasks'), [
      'bgtask_tasks{phase="Running",reason=""} 2',
      'bgtask_tasks{phase="Failed",reason="ChecksFailed"} 1',
      'bgtask_tasks{phase="Pending",reason=""} 1',
    ]);
    assert.deepEqual(await lines(metrics, 'bgtask_queue_depth'), ['bgtask_queue_depth 7']);
    assert.deepEqual(await lines(metrics, 'bgtask_leader'), ['bgtask_leader 1']);
    tasks = [of('Completed')];
    assert.deepEqual(await lines(metrics, 'bgtask_tasks'), ['bgtask_tasks{phase="Completed",reason=""} 1']);
  });

  it('tell of passes, failures, Jobs and requests', async () => {
    const metrics = new Metrics('1.2.3');
    metrics.pass('admit', 0.5);
    metrics.pass('admit', 1.5);
    metrics.failed();
    metrics.tasks.jobStarted(task(), new Date('2026-01-01T09:59:02Z'));
    metrics.request('GET', 200);
    metrics.request('GET', 200);
    metrics.request('PATCH', 409);
    const text = await metrics.text();
    for (const line of [
      'bgtask_reconcile_seconds_sum{rule="admit"} 2',
      'bgtask_reconcile_seconds_count{rule="admit"} 2',
      'bgtask_reconcile_failures_total 1',
      'bgtask_time_to_job_seconds_sum 2',
      'bgtask_time_to_job_seconds_bucket{le="1"} 0',
      'bgtask_time_to_job_seconds_bucket{le="2.5"} 1',
      'bgtask_api_requests_total{method="GET",code="200"} 2',
      'bgtask_api_requests_total{method="PATCH",code="409"} 1',
    ])
      assert.ok(text.split('\n').includes(line), `${line} is missing`);
  });

  it('tell of tasks that have ended: by project, phase and reason, with their times, tokens and cost', async () => {
    const metrics = new Metrics('1.2.3');
    const done = task({
      status: {
        phase: 'Completed',
        completionTime: after(90).toISOString(),
        usage: { inputTokens: 1000, outputTokens: 50, costUSD: 0.25 },
      },
    });
    const stages = {
      clone: ended(good('clone'), 4),
      work: ended(good('work'), 70),
      publish: ended(good('publish'), null),
    };
    metrics.tasks.ended(endedTask(done, job(stages)));
    metrics.tasks.ended(endedTask(task({ status: { phase: 'Failed', reason: 'InvalidTask' } }), undefined));
    const text = (await metrics.text()).split('\n');
    for (const line of [
      'bgtask_tasks_ended_total{project="team",phase="Completed",reason=""} 1',
      'bgtask_tasks_ended_total{project="team",phase="Failed",reason="InvalidTask"} 1',
      'bgtask_task_duration_seconds_sum{project="team",phase="Completed"} 90',
      'bgtask_stage_duration_seconds_sum{stage="clone"} 4',
      'bgtask_stage_duration_seconds_sum{stage="work"} 70',
      'bgtask_model_tokens_total{project="team",direction="input"} 1000',
      'bgtask_model_tokens_total{project="team",direction="output"} 50',
      'bgtask_model_cost_usd_total{project="team"} 0.25',
    ])
      assert.ok(text.includes(line), `${line} is missing`);
    // What was not seen is not counted as nothing.
    assert.deepEqual(
      text.filter((line) =>
        /^bgtask_(task_duration\S*phase="Failed"|stage_duration\S*(publish|prove))/.test(line),
      ),
      [],
    );
  });

  it('name the version, and say who leads', async () => {
    const metrics = new Metrics('1.2.3');
    assert.deepEqual(await lines(metrics, 'bgtask_build_info'), [
      `bgtask_build_info{version="1.2.3",node="${process.versions.node}"} 1`,
    ]);
    assert.deepEqual(await lines(metrics, 'bgtask_leader'), ['bgtask_leader 0']);
  });

  it('of two operators in one process are apart', async () => {
    const [one, other] = [new Metrics('1.2.3'), new Metrics('1.2.3')];
    one.failed();
    assert.deepEqual(await lines(other, 'bgtask_reconcile_failures_total'), [
      'bgtask_reconcile_failures_total 0',
    ]);
  });

  it('come in Prometheus’ text format, with a sentence about each and those of the process', async () => {
    const metrics = new Metrics('1.2.3');
    assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/);
    const text = await metrics.text();
    for (const [, name] of text.matchAll(/^# TYPE (\S+)/gm))
      assert.match(text, new RegExp(`^# HELP ${name} \\S`, 'm'));
    assert.match(text, /^process_resident_memory_bytes \d/m);
    assert.match(text, /^nodejs_eventloop_lag_seconds \d/m);
  });
});
