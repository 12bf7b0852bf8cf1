import type { Stage } from '../../../src/domain/report.ts';
import type { Script, StageScript } from './pretend-kubelet.ts';

const passes = (stage: Stage, progress: number): StageScript => ({
  lines: [`hello from ${stage}`, `##bgtask {"progress":${progress}}`],
  report: { stage, ok: true, progress },
});

/** A task that ends well. */
export const PASSES: Script = {
  clone: passes('clone', 10),
  work: passes('work', 50),
  publish: passes('publish', 90),
};

/** One of which this stage runs until its pod is deleted. */
export const hangs = (stage: Stage): Script => ({ ...PASSES, [stage]: { ...PASSES[stage], hangs: true } });
