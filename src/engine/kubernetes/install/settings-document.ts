import { stringify } from 'yaml';
import { type SettingField, settingFields, valueAt } from '../../../domain/settings-fields.ts';
import { defaultJobConfig } from '../jobs/job-config.ts';

const HEAD = `# Settings of bgtask. Everything has a default: take the # away where you want another value.
# A line with a second # explains the setting below it.
# A change counts from the operator's next decision on; a bad one is refused with an event, and the last good one stays.
# A ConfigMap of this name in a project may narrow these settings, never widen them.
`;

/** Columns of the document. */
const WIDTH = 120;
/** Entries of a list that stand on one line. */
const ON_ONE_LINE = 5;

/** The default value of a setting on a cluster; undefined if the setting does not have a default. */
export const defaultOnCluster = ({ path, default: value }: SettingField): unknown =>
  path.startsWith('runner.')
    ? valueAt({ runner: { ...defaultJobConfig(''), image: undefined } }, path)
    : value;

function commentLines(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length < width) lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `# ${line}`);
}

/** `name: value`, on one line unless it is a long list. */
function valueLines(name: string, value: unknown): string[] {
  const isLong = Array.isArray(value) && value.length > ON_ONE_LINE;
  const text = stringify(isLong ? { [name]: value } : value, {
    collectionStyle: isLong ? 'block' : 'flow',
    singleQuote: true,
    lineWidth: 0,
  }).trimEnd();
  return isLong ? text.split('\n') : [`${name}: ${text}`];
}

/** The lines of a setting, below the line of its group, which comes first when the setting before was of another. */
function fieldLines(field: SettingField, before: readonly string[]): string[] {
  const groups = field.path.split('.');
  const name = groups.pop() ?? '';
  const shared = groups.findIndex((group, at) => group !== before[at]);
  const from = shared < 0 ? groups.length : shared;
  const pad = '  '.repeat(groups.length);
  return [
    ...(from === 0 ? [''] : []),
    ...groups.slice(from).map((group, at) => `${'  '.repeat(from + at)}${group}:`),
    ...[
      ...commentLines(field.description, WIDTH - pad.length),
      ...valueLines(name, defaultOnCluster(field) ?? field.example),
    ].map((line) => pad + line),
  ];
}

/** The settings that an installation starts with: all defaults, written out as comments, each with what it means. */
export function settingsDocument(): string {
  let before: string[] = [];
  const lines = settingFields().flatMap((field) => {
    const own = fieldLines(field, before);
    before = field.path.split('.').slice(0, -1);
    return own;
  });
  return `${HEAD}${lines.map((line) => (line === '' ? '' : `# ${line}`)).join('\n')}\n`;
}
