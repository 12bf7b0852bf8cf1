import { z } from 'zod';
import { durationText } from './setting-values.ts';
import { defaultSettings, settingsSchema } from './settings.ts';
import { isRecord } from '../api/record.ts';

/** A node of the settings' JSON schema, as far as it is read here. */
export interface SettingNode {
  type?: string;
  /** What a text or number is, when it is not any text or number: `duration`, `glob`, `host`, `quantity`, `variable`, `email`, `uri`. */
  format?: string;
  description?: string;
  examples?: unknown[];
  enum?: string[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  items?: SettingNode;
  properties?: Record<string, SettingNode>;
  additionalProperties?: SettingNode | false;
}

/** One setting: a field of the document that has a value, not only fields of its own. */
export interface SettingField {
  /** `limits.perUser` */
  path: string;
  /** What it means, in sentences. */
  description: string;
  /** As a person writes it; undefined for a field of `runner`, whose defaults are those of `defaultJobConfig`, and for one without a default. */
  default: unknown;
  /** A value to show where there is not a default. */
  example: unknown;
  node: SettingNode;
}

/** True for an object that only groups settings: it has fields, and they have the descriptions. */
const isGroup = ({ properties, description }: SettingNode): boolean =>
  properties !== undefined && description === undefined;

/** The value at a path of an object; undefined when it is not there. */
export const valueAt = (object: unknown, path: string): unknown =>
  path.split('.').reduce((at, name) => (isRecord(at) ? at[name] : undefined), object);

function fieldsOf(node: SettingNode, path: string): SettingField[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const at = path + name;
    if (isGroup(child)) return fieldsOf(child, `${at}.`);
    const value = valueAt(defaultSettings(), at);
    return {
      path: at,
      description: child.description ?? '',
      default: child.format === 'duration' ? durationText(Number(value)) : value,
      example: child.examples?.[0],
      node: child,
    };
  });
}

/** Every setting, in the order of the schema. */
export const settingFields = (): SettingField[] =>
  fieldsOf(z.toJSONSchema(settingsSchema, { io: 'input' }) as SettingNode, '');
