import { isRecord } from '../../../../api/record.ts';
/** A parsed mapping of unknown content. */
export type Json = Record<string, unknown>;

/** The mappings of a list; empty if the value is not a list. */
export const records = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);
/** A text that is not empty. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
