import type { AgenticSession } from '../../api/types.ts';
import { endedTask } from '../../operator/cluster/ended-task.ts';
import { Metrics } from '../../operator/cluster/metrics.ts';
import { ServerMetrics } from '../../server/server-metrics.ts';
import { code, generated, table } from './markdown.ts';

const SAMPLE: AgenticSession = {
  apiVersion: 'vteam.ambient-code/v1alpha1',
  kind: 'AgenticSession',
  metadata: { namespace: 'default', name: 'sample' },
  spec: { mode: 'background' },
  status: { usage: { inputTokens: 1, outputTokens: 1, costUSD: 1 } },
};

/** The rows of a registry's text: a metric without samples does not show its labels. */
const rows = (text: string): string[][] =>
  [
    ...text.matchAll(/^# HELP (bgtask_\S+) (.*)\n# TYPE \S+ (\S+)\n(?:(bgtask_[^\s{]+)(?:\{([^}]*)\})?)?/gm),
  ].map(([, name = '', help = '', type = '', , labels = '']) => [
    code(name),
    type,
    [...labels.matchAll(/(\w+)="/g)]
      .map(([, label]) => label ?? '')
      .filter((label) => label !== 'le')
      .map(code)
      .join(', '),
    help,
  ]);

/** One sample of each of the operator's metrics. */
function operatorText(): Promise<string> {
  const metrics = new Metrics('');
  metrics.sources = { tasks: () => [SAMPLE], queueDepth: () => 0, leads: () => true };
  metrics.pass('rule', 1);
  metrics.request('GET', 200);
  metrics.tasks.ended({ ...endedTask(SAMPLE, undefined), seconds: 1, stages: { work: 1 } });
  return metrics.text();
}

/** One sample of each of the server's metrics. */
function serverText(): Promise<string> {
  const metrics = new ServerMetrics('', () => 0);
  metrics.answered({ method: 'GET', route: '', status: 200, seconds: 1 });
  return metrics.text();
}

/** docs/reference/metrics.md: the metrics of the operator and of the server, as their registries describe them. */
export async function metricsPage(): Promise<string> {
  const head = ['metric', 'type', 'labels', 'meaning'];
  return [
    generated('Metrics', 'the registries of the operator and of the server'),
    'Both serve `/metrics` in the text format of Prometheus, with the default metrics of a Node.js process. Counters begin with the process. Labels hold projects, phases, reasons, stages, rules, routes, methods and status codes, never names of tasks or users.\n',
    'A ServiceMonitor for each, and alerts: [examples/monitoring.yaml](../examples/monitoring.yaml).\n',
    '## The operator\n',
    'On port 8080 (`BGTASK_METRICS_PORT`), the Service `bgtask-operator`.\n',
    table(head, rows(await operatorText())),
    '\n## The server\n',
    'On the port of `bgtask server --metrics-port`; `bgtask install --server` sets 8081, the Service `bgtask-server-metrics`.\n',
    table(head, rows(await serverText())),
  ].join('\n');
}
