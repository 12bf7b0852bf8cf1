import { Gauge, type Registry } from 'prom-client';

/** The metric that names the version of a process, as Prometheus' client libraries have it. */
export function buildInfo(version: string, registry: Registry): Gauge<'version' | 'node'> {
  const gauge = new Gauge({
    name: 'bgtask_build_info',
    help: '1; the labels are the version of bgtask and of Node.js',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  gauge.set({ version, node: process.versions.node }, 1);
  return gauge;
}
