import { z } from '@hono/zod-openapi';

const ErrorShape = z
  .object({
    error: z.string().openapi({ description: 'What kind of trouble, in a few words.' }),
    message: z
      .string()
      .optional()
      .openapi({ description: 'What exactly; for bad input with the field, as `repository.url: ...`.' }),
  })
  .openapi('Error');

/** A JSON body of a route. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A JSON body that a route takes. */
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});

const REFUSALS = {
  400: 'The request is wrong; the message names the field.',
  401: 'The token is missing, or not accepted.',
  403: 'The caller may not do this.',
  404: 'Not found.',
  409: 'It exists already, a limit is reached, or it has changed meanwhile.',
  413: 'The request is too large.',
  415: 'Unsupported media type: send application/json.',
  429: 'Too many requests: Retry-After says when to come again.',
  500: 'An error of the server.',
  503: 'The cluster does not answer.',
} as const;

type Status = keyof typeof REFUSALS;

/** The refusals that a route may answer with, besides those that every route may. */
export const refusals = (...statuses: Status[]) =>
  Object.fromEntries(
    [...new Set<Status>([...statuses, 400, 401, 403, 429, 500, 503])].map((status) => [
      status,
      json(ErrorShape, REFUSALS[status]),
    ]),
  );

const segment = (name: string, description: string) =>
  z
    .string()
    .min(1)
    .openapi({ param: { name, in: 'path' }, description });

export const projectPath = z.object({ project: segment('project', 'A project: a namespace.') });
export const taskPath = z.object({
  ...projectPath.shape,
  name: segment('name', "A task, by its name, its object's name, or `@latest`."),
});
export const templatePath = z.object({ ...projectPath.shape, name: segment('name', 'A template.') });

/** How every operation says who is asking. */
export const security = [{ bearer: [] }];
