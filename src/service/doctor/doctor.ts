import type { Engine } from '../../engine/engine.ts';
import { clusterFindings } from './cluster/table.ts';
import type { ClusterQuestion } from './cluster/scene.ts';
import type { Finding } from './finding.ts';
import { machineFindings } from './machine/table.ts';

export type Question = {
  env: NodeJS.ProcessEnv;
  /** The folder that the caller stands in: when it is a checkout, its checks are looked at too. */
  folder?: string;
} & ClusterQuestion;

/**
 * Checks what tasks of an engine need, and says how to fix what is missing. Changes nothing, but creates the local engine's state folder.
 * Reports what the caller may not read, but not as a problem.
 */
export async function findings(engine: Engine, question: Question): Promise<Finding[]> {
  const first: Finding[] = [
    { level: 'ok', subject: 'engine', message: engine.kind },
    { level: 'ok', subject: 'node', message: process.version },
  ];
  const found = engine.cluster
    ? await clusterFindings(engine, engine.cluster, question)
    : await machineFindings(question.env, question.folder);
  return [...first, ...found];
}
