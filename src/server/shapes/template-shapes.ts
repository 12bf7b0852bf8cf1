import { z } from '@hono/zod-openapi';
import type { TemplateSpec } from '../../api/types.ts';
import { crdShape } from './crd-shape.ts';

const field = (name: string): z.ZodType => crdShape('TaskTemplate', name);
const label = z.string().max(63).optional();

const spec = {
  displayName: field('displayName'),
  description: field('description').optional(),
  instructionsTemplate: field('instructionsTemplate'),
  parameters: field('parameters').optional(),
  validationRules: field('validationRules').optional(),
  agent: field('agent').optional(),
  checks: field('checks').optional(),
  pullRequest: field('pullRequest').optional(),
  category: label.openapi({ description: 'For sorting, e.g. dependencies.' }),
  language: label.openapi({ description: 'For sorting, e.g. javascript.' }),
};

const name = z
  .string()
  .openapi({ description: 'A DNS label of at most 63 characters.', example: 'upgrade-dependency' });

/** The body of a new template. */
export const NewTemplate = z.strictObject({ name, ...spec }).openapi('NewTemplate');
/** What a template becomes; the name is in the path, and may be repeated. */
export const TemplateChange = z.strictObject({ name: name.optional(), ...spec }).openapi('TemplateChange');

/** What a body that has passed TemplateChange says. */
export type TemplateBody = TemplateSpec & { name?: string; category?: string; language?: string };

const counted = {
  uid: z.string(),
  project: z.string(),
  createdAt: z.iso.datetime().nullable(),
  usageCount: z.int(),
  lastUsed: z.iso.datetime().nullable(),
};

export const Template = z.object({ name, ...spec, ...counted }).openapi('Template');
/** A template just made or changed, with what should be known although nothing is wrong. */
export const StoredTemplate = z
  .object({ ...Template.shape, warnings: z.array(z.string()).optional() })
  .openapi('StoredTemplate');
export const TemplateList = z.object({ items: z.array(Template), total: z.int() }).openapi('TemplateList');
