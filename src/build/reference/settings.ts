import { type SettingField, settingFields, type SettingNode } from '../../domain/settings-fields.ts';
import { defaultOnCluster } from '../../engine/kubernetes/install/settings-document.ts';
import { code, generated, table } from './markdown.ts';

const FORMATS: Record<string, string> = {
  uri: 'URL',
  email: 'e-mail address',
  variable: 'variable name',
};

function typeOf({ type, format, enum: words, items, properties, additionalProperties }: SettingNode): string {
  if (words) return words.map(code).join(', ');
  if (format) return FORMATS[format] ?? format;
  if (type === 'array') return `list of ${items?.properties ? 'rule' : typeOf(items ?? {})}s`;
  if (properties) return `object with ${Object.keys(properties).map(code).join(', ')}`;
  if (type === 'object') return `map of ${typeOf(additionalProperties || {})}s`;
  return type ?? 'value';
}

function limits({ minimum, exclusiveMinimum, maximum, maxLength, maxItems, items }: SettingNode): string {
  const from = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1);
  return [
    from !== undefined && `from ${from}`,
    maximum !== undefined && `to ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems} entries`,
    items?.maxLength !== undefined && `of at most ${items.maxLength} characters`,
  ]
    .filter(Boolean)
    .join(' ');
}

function defaultText(field: SettingField): string {
  if (field.path === 'protectedPaths') return '[the list](protected-paths.md)';
  const value = defaultOnCluster(field);
  if (value === undefined) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

const rows = (fields: readonly SettingField[]): string =>
  table(
    ['setting', 'type or values', 'default', 'limits', 'meaning'],
    fields.map((field) => [
      code(field.path),
      typeOf(field.node),
      defaultText(field),
      limits(field.node),
      field.description,
    ]),
  );

/** docs/reference/settings.md: every field of the settings document. */
export function settingsPage(): string {
  const fields = settingFields();
  const ofRunner = fields.filter(({ path }) => path.startsWith('runner.'));
  const intro = `[Settings](../settings.md) says where the document is, and has examples. A duration is a number of seconds, or a number with \`s\`, \`m\`, \`h\` or \`d\`: more than 0, at most \`3650d\`. A quantity is one of Kubernetes: \`500m\`, \`2Gi\`.\n`;
  return [
    generated('Settings', 'src/domain/settings.ts'),
    intro,
    rows(fields.filter((field) => !ofRunner.includes(field))),
    '## The pods of Jobs\n',
    'These settings count on a cluster. The local engine does not read them.\n',
    rows(ofRunner),
  ].join('\n');
}
