import { BgtaskError } from '../../domain/errors.ts';

/** A whole number of the environment, at least 0; undefined when it is not set. Throws Invalid. */
export function numberIn(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new BgtaskError('Invalid', `${name} must be a whole number, not ${JSON.stringify(text)}`);
}
