import { isRecord } from '../../../api/record.ts';

/**
 * `target` with a JSON merge patch (RFC 7386) applied: null removes a field, objects merge, anything else replaces.
 * A field that is undefined changes nothing, because JSON cannot hold it. Neither argument changes; the answer may share parts with both.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  // A map, so that a field named __proto__ is a field like any other.
  const merged = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) merged.delete(field);
    else if (value !== undefined) merged.set(field, mergePatch(merged.get(field), value));
  }
  return Object.fromEntries(merged);
}
