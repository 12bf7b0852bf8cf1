import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { LABEL } from '../../api/names.ts';
import {
  buildTemplate,
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  replaceTemplate,
  type StoredTemplate as Built,
} from '../../service/templates.ts';
import { refuseShape, type ServerEnv } from '../env.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { body, json, projectPath, refusals, security, templatePath } from '../shapes/common.ts';
import {
  NewTemplate,
  StoredTemplate,
  Template,
  TemplateChange,
  TemplateList,
  type TemplateBody,
} from '../shapes/template-shapes.ts';
import { templateView } from '../views/template-view.ts';

const TEMPLATES = '/api/projects/{project}/task-templates';
const tags = ['templates'];

const list = createRoute({
  method: 'get',
  path: TEMPLATES,
  tags,
  security,
  summary: 'List templates',
  request: { params: projectPath },
  responses: { 200: json(TemplateList, 'The templates of the project, by name.'), ...refusals() },
});

const create = createRoute({
  method: 'post',
  path: TEMPLATES,
  tags,
  security,
  summary: 'Make a template',
  request: { params: projectPath, body: body(NewTemplate) },
  responses: { 201: json(StoredTemplate, 'The template.'), ...refusals(409, 413, 415) },
});

const read = createRoute({
  method: 'get',
  path: `${TEMPLATES}/{name}`,
  tags,
  security,
  summary: 'One template',
  request: { params: templatePath },
  responses: { 200: json(Template, 'The template.'), ...refusals(404) },
});

const replace = createRoute({
  method: 'put',
  path: `${TEMPLATES}/{name}`,
  tags,
  security,
  summary: 'Change a template; what the body does not name is gone',
  request: { params: templatePath, body: body(TemplateChange) },
  responses: { 200: json(StoredTemplate, 'The template as it is now.'), ...refusals(404, 409, 413, 415) },
});

const remove = createRoute({
  method: 'delete',
  path: `${TEMPLATES}/{name}`,
  tags,
  security,
  summary: 'Remove a template; tasks made from it stay',
  request: { params: templatePath },
  responses: { 204: { description: 'It is gone.' }, ...refusals(404) },
});

/** A body's spec, and the labels that its other fields stand for. */
function partsOf(given: TemplateBody) {
  const { name: _, category, language, ...spec } = given;
  return { spec, labels: { [LABEL.category]: category, [LABEL.language]: language } };
}

const storedView = ({ template, warnings }: Built) => ({
  ...templateView(template),
  ...(warnings.length > 0 && { warnings }),
});

/** Templates: make, list, read, change, remove. */
export const templateRoutes = new OpenAPIHono<ServerEnv>({ defaultHook: refuseShape })
  .openapi(list, async (c) => {
    const { project } = c.req.valid('param');
    const items = (await listTemplates(c.var.engine, project)).map(templateView);
    return c.json({ items, total: items.length }, 200);
  })
  .openapi(create, async (c) => {
    const { project } = c.req.valid('param');
    const given = c.req.valid('json') as TemplateBody & { name: string };
    const { spec, labels } = partsOf(given);
    const named = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const built = buildTemplate(project, given.name, spec, Object.fromEntries(named));
    const stored = storedView(await createTemplate(c.var.engine, built));
    c.header('Location', `${TEMPLATES.replace('{project}', project)}/${stored.name}`);
    return c.json(stored, 201);
  })
  .openapi(read, async (c) => {
    const { project, name } = c.req.valid('param');
    return c.json(templateView(await getTemplate(c.var.engine, project, name)), 200);
  })
  .openapi(replace, async (c) => {
    const { project, name } = c.req.valid('param');
    const given = c.req.valid('json') as TemplateBody;
    if (given.name !== undefined && given.name !== name)
      throw new BgtaskError(
        'Invalid',
        `name: the template at this address is "${name}"; names do not change.`,
      );
    return c.json(storedView(await replaceTemplate(c.var.engine, project, name, partsOf(given))), 200);
  })
  .openapi(remove, async (c) => {
    const { project, name } = c.req.valid('param');
    await deleteTemplate(c.var.engine, project, name);
    return c.body(null, 204);
  });
