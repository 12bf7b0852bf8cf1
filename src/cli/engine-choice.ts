import { BgtaskError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { mayHaveCluster } from '../engine/kubernetes/client/config/kubeconfig-paths.ts';
import type { EngineChoice, GlobalOptions } from './context.ts';
import { readPreferences } from './preferences.ts';

const ENGINES: readonly string[] = ['kubernetes', 'local'] satisfies Engine['kind'][];

/**
 * The engine that is asked for; else a cluster where one is configured, and this machine where none is. A variable that is empty asks for none.
 * Throws Usage.
 */
export function engineChoice(options: GlobalOptions, env: NodeJS.ProcessEnv): EngineChoice {
  const flag = (['context', 'kubeconfig', 'as'] as const).find((name) => options[name] !== undefined);
  const asked = options.engine ?? (env['BGTASK_ENGINE'] || undefined);
  if (asked !== undefined && !ENGINES.includes(asked))
    throw new BgtaskError('Usage', `invalid BGTASK_ENGINE ${JSON.stringify(asked)}: must be an engine.`, {
      hint: `The engines are ${ENGINES.join(' and ')}.`,
    });
  if (asked === 'local' && flag)
    throw new BgtaskError(
      'Usage',
      `--${flag} is for a cluster, and the engine is local: leave one of them out.`,
    );
  const chosen = asked ?? (flag ? 'kubernetes' : readPreferences(env).engine);
  if (chosen !== undefined) return { kind: chosen as Engine['kind'], isAsked: true };
  return { kind: mayHaveCluster({ env }) ? 'kubernetes' : 'local', isAsked: false };
}
