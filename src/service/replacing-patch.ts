import { isRecord } from '../api/record.ts';

type Json = Record<string, unknown>;

/** The JSON merge patch (RFC 7386) that leaves nothing of `old` which `wanted` does not have: what is gone is null in it. */
export function replacingPatch(old: object, wanted: object): Json {
  const before = old as Json;
  const gone = Object.keys(before).filter(
    (key) => !Object.hasOwn(wanted, key) || wanted[key as never] === undefined,
  );
  const kept = Object.entries(wanted).map(([key, value]: [string, unknown]): [string, unknown] => {
    const was = before[key];
    return [key, isRecord(value) && isRecord(was) ? replacingPatch(was, value) : value];
  });
  return Object.fromEntries([...kept, ...gone.map((key): [string, unknown] => [key, null])]);
}
