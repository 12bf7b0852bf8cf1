import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BgtaskError } from '../domain/errors.ts';
import { packageRoot } from '../package-root.ts';
import type { StoredTemplate } from './templates.ts';

const readyFolder = (): string => join(packageRoot(), 'templates');

/** Names of the templates that come with bgtask. */
export const readyTemplates = (): string[] =>
  readdirSync(readyFolder())
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5))
    .sort();

/** A template that comes with bgtask, for a project. Throws NotFound, naming those there are. */
export async function readyTemplate(name: string, project: string): Promise<StoredTemplate> {
  if (!readyTemplates().includes(name))
    throw new BgtaskError('NotFound', `bgtask brings no template "${name}".`, {
      hint: `It brings: ${readyTemplates().join(', ')}`,
    });
  const file = join(readyFolder(), `${name}.yaml`);
  const { readTemplates } = await import('./templates.ts');
  const [built] = await readTemplates(readFileSync(file, 'utf8'), { file, project });
  if (!built) throw new BgtaskError('NotFound', `${file} holds no template.`);
  return built;
}
