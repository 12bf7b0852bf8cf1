import { z } from 'zod';
import { GlobError, readGlob } from './glob.ts';
import { isQuantity } from './quantity.ts';

/** Seconds of a day. */
export const DAY = 86_400;
const UNIT: Record<string, number> = { s: 1, m: 60, h: 3600, d: DAY };
/** Ten years: longer is a slip of the finger. */
const LONGEST = 3650 * DAY;
const NO_DURATION = 'must be seconds, or a number with s, m, h or d, e.g. 30d; more than 0, at most 3650d';

/** A duration, as seconds. `format` is what settings-fields.ts calls such a value. */
export const seconds = z
  .union([z.number(), z.string().regex(/^\d{1,10}[smhd]$/, NO_DURATION)], NO_DURATION)
  .transform((given) =>
    typeof given === 'number' ? given : Number(given.slice(0, -1)) * (UNIT[given.slice(-1)] ?? 1),
  )
  .refine((value) => Number.isInteger(value) && value > 0 && value <= LONGEST, NO_DURATION)
  .meta({ format: 'duration' });

/** Seconds as a person writes them: `30d`, `90s`. */
export function durationText(given: number): string {
  const [unit, size] = Object.entries(UNIT).findLast(([, each]) => given % each === 0) ?? ['s', 1];
  return `${given / size}${unit}`;
}

/** A glob, as glob.ts reads it. */
export const glob = z
  .string()
  .min(1)
  .max(512)
  .superRefine((text, context) => {
    try {
      readGlob(text);
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      context.addIssue(`${JSON.stringify(text)} ${error.message}`);
    }
  })
  .meta({ format: 'glob' });

/** A host, or a glob of hosts, with a port where it is neither 80 nor 443. */
export const host = z
  .string()
  .max(260)
  .regex(
    /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9*._-]+)(?::\d{1,5})?$/,
    'must be a host or a glob of hosts without scheme and path, e.g. npm.example.com or *.example.com:8443',
  )
  .meta({ format: 'host' });

/** The name of an environment variable. */
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  .meta({ format: 'variable' });

/** A quantity of Kubernetes. */
export const quantity = z
  .string()
  .refine(isQuantity, 'must be a quantity, e.g. 500m or 2Gi')
  .meta({ format: 'quantity' });

/** The name of an object that is also a label's value: at most 63 characters. */
export const objectName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, 'must be the name of an object, at most 63 characters');
