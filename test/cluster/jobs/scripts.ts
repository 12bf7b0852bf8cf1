import type { Stage } from '../../../src/domain/report.ts';
import type { Script, StageScript } from './pretend-kubelet.ts';

const passes = (stage: Stage, progress: number, step = {}): StageScript => ({
  lines: [`hello from ${stage}`, `##bgtask ${JSON.stringify({ progress, ...step })}`],
  report: { stage, ok: true, progress },
});

/** A task that ends well. */
export const PASSES: Script = {
  clone: passes('clone', 10),
  work: passes('work', 50),
  // It says nothing: the logs of both engines are the same then.
  prove: { lines: [], report: { stage: 'prove', ok: true, progress: 60 } },
  publish: passes('publish', 90),
};

/** One of which this stage runs until its pod is deleted. */
export const hangs = (stage: Stage): Script => ({ ...PASSES, [stage]: { ...PASSES[stage], hangs: true } });

const WORKS = passes('work', 50, { phase: 'Generating changes' });

/** A task that ends well, once the kubelet lets this name go on: until then its work stage holds at 50 %. */
export const holds = (name: string): Script => ({ ...PASSES, work: { ...WORKS, holds: name } });
