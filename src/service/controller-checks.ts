import type { BgtaskError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';

/** Milliseconds between two checks that tasks are reconciled: a supervisor that was killed is started again. */
const CONTROLLER_CHECK = 1000;

/**
 * Sees to it, until `stop` is called, that tasks are reconciled while they are looked at. `onTrouble` is called when no supervisor can be started: then a wait
 * would be for ever.
 */
export function controllerChecks(
  engine: Engine,
  isActive: () => boolean,
  onTrouble: (trouble: BgtaskError) => void,
): { stop: () => void } {
  const check = async (): Promise<void> => {
    await engine.ensureController(isActive()).catch(() => undefined);
    const trouble = engine.controllerTrouble?.();
    if (trouble) onTrouble(trouble);
  };
  const checks = setInterval(() => void check(), CONTROLLER_CHECK);
  return { stop: () => clearInterval(checks) };
}
