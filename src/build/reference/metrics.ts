import { Metrics } from '../../operator/cluster/metrics.ts';
import type { AgenticSession } from '../../api/types.ts';
import { code, generated, table } from './markdown.ts';

const SAMPLE: AgenticSession = {
  apiVersion: 'vteam.ambient-code/v1alpha1',
  kind: 'AgenticSession',
  metadata: { namespace: 'default', name: 'sample' },
  spec: { mode: 'background' },
};

/** docs/reference/metrics.md: the operator's own metrics, as its registry describes them. */
export async function metricsPage(): Promise<string> {
  const metrics = new Metrics();
  // One sample of each, for a metric without samples does not show its labels.
  metrics.sources = { tasks: () => [SAMPLE], queueDepth: () => 0 };
  metrics.pass('rule', 1);
  metrics.request('GET', 200);
  const text = await metrics.text();
  const rows = [
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
  const intro = `The operator serves them at \`/metrics\`, with the default metrics of a Node.js process. Label values are phases, reasons, rules, methods and status codes, never names of tasks or users.\n`;
  return [
    generated('Metrics', 'the registry of the operator'),
    intro,
    table(['metric', 'type', 'labels', 'meaning'], rows),
  ].join('\n');
}
