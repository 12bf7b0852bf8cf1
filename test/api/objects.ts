import type { Kind } from '../../src/api/types.ts';
import { limitRows } from './objects-limits.ts';
import { ruleRows } from './objects-rules.ts';
import { shapeRows } from './objects-shapes.ts';

type Json = Record<string, unknown>;

/**
 * What a store is asked to accept, and what it must answer. With `old` it is an update of that object, of its status
 * when `subresource` says so. `errors` are the refusals, each `path: message` or a part of it, none more and none
 * fewer; no errors: it is accepted. `unknown` are the fields that strict field validation reports.
 */
export interface Row {
  name: string;
  kind: Kind;
  object: Json;
  old?: Json;
  subresource?: 'status';
  errors: string[];
  unknown?: string[];
}

/** Every row holds for the local engine and for a real API server with our CRDs. */
export const ROWS: Row[] = [...limitRows, ...ruleRows, ...shapeRows];
