import type { IncomingMessage } from 'node:http';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import { BgtaskError } from '../domain/errors.ts';
import { checkProject } from '../domain/input.ts';
import { refusalOf, type ErrorBody } from './api-error.ts';
import type { CallerNames } from './caller-names.ts';
import type { Door } from './door/door.ts';
import type { ServerEnv } from './env.ts';
import { callerOf, type OpenRequests } from './open-requests.ts';
import type { PageFiles } from './pages/page-files.ts';
import { isPagePath, pageHeaders, servePages } from './pages/pages.ts';
import type { ProjectWatches } from './project-watches.ts';
import type { RequestFacts } from './request-log.ts';
import { sessionRoutes } from './routes/session.ts';
import { streamRoutes } from './routes/streams.ts';
import { taskRoutes } from './routes/tasks.ts';
import { templateRoutes } from './routes/templates.ts';
import type { SealedTokens } from './session/sealed-token.ts';
import { callersToken } from './session/session-cookie.ts';

export interface AppOptions {
  door: Door;
  open: OpenRequests;
  watches: ProjectWatches;
  /** The pages; without them there is the API alone. */
  pages?: PageFiles;
  version: string;
  /** Opens the cookies of signed-in browsers. */
  tokens: SealedTokens;
  /** True when the server itself speaks TLS. */
  secure: boolean;
  now: () => Date;
  /** False when the server is about to end. */
  ready: () => boolean;
  /** Told of each request's route and caller. */
  note?: (request: IncomingMessage, facts: RequestFacts) => void;
  /** Told of each caller. */
  names: CallerNames;
  /** Called with each unexpected error. */
  failed: (error: unknown) => void;
}

type AppEnv = ServerEnv & { Bindings: HttpBindings };

/** Bytes of a body: instructions, a template and its checks have room many times over. */
const BODY_MAX = 262_144;
/** Seconds after which a caller who asked too much may come again. */
const RETRY_AFTER = '1';

const says = (error: string, message: string): ErrorBody => ({ error, message });

/** What the reader of bodies refuses by itself. */
const shapeWords = ({ status, message }: HTTPException): ErrorBody =>
  status === 415
    ? says('Unsupported media type', 'Send JSON, with the header Content-Type: application/json.')
    : says('Invalid request', message);

function answerError(error: unknown, context: Context, failed: AppOptions['failed']): Response {
  if (error instanceof HTTPException) return context.json(shapeWords(error), error.status);
  const refusal = refusalOf(error);
  if (!refusal) {
    failed(error);
    return context.json(says('Internal error', "The server's log has more."), 500);
  }
  if (refusal.status === 401) context.header('WWW-Authenticate', 'Bearer realm="bgtask"');
  if (refusal.status === 429 || refusal.status === 503) context.header('Retry-After', RETRY_AFTER);
  return context.json(refusal.body, refusal.status);
}

/** Gives a request its caller's own engine, within the limit of requests of one caller. */
const asCaller =
  (options: AppOptions): MiddlewareHandler<AppEnv> =>
  async (context, next) => {
    const { door, open, names, now } = options;
    const token = callersToken(context, options);
    const engine = door.enter(token);
    context.set('engine', engine);
    context.set('caller', callerOf(token));
    context.set('gone', open.begin(token, context.env.outgoing));
    names.learn(callerOf(token), engine, now());
    await next();
  };

/** Gives a request about a project what its route works with. Throws Usage for an address that names none. */
const inProject =
  ({ watches, now, failed }: AppOptions): MiddlewareHandler<AppEnv> =>
  async (context, next) => {
    checkProject(context.req.param('project') ?? '');
    context.set('watches', watches);
    context.set('now', now);
    context.set('failed', failed);
    await next();
  };

/** Notes which route answers, as the OpenAPI description writes it, and whose request it is. */
const noted =
  ({ note }: AppOptions): MiddlewareHandler<AppEnv> =>
  async (context, next) => {
    await next();
    const route = routePath(context, -1).replace(/:(\w+)/g, '{$1}');
    const { caller } = context.var as Partial<AppEnv['Variables']>;
    note?.(context.env.incoming, { ...(!route.includes('*') && { route }), ...(caller && { caller }) });
  };

/** A name by which a page of another site reaches this machine must not make it talk to us (DNS rebinding). */
const onlyByLoopbackName: MiddlewareHandler = async (context, next) => {
  const host = new URL(context.req.url).hostname;
  if (!['localhost', '127.0.0.1', '[::1]'].includes(host))
    throw new BgtaskError('Forbidden', `This server answers on this machine only, and not as ${host}.`);
  await next();
};

/** Headers that keep a browser from doing more with an answer than it is for. */
function headers({ secure }: AppOptions): MiddlewareHandler {
  const ofPages = pageHeaders(secure);
  const ofApi = secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    xFrameOptions: 'DENY',
    strictTransportSecurity: secure,
  });
  return (context, next) => (isPagePath(context.req.path) ? ofPages : ofApi)(context, next);
}

/** The pages, and the API over HTTP: routes, refusals, and a description that is served at /openapi.json. */
export function serverApp(options: AppOptions): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.onError((error, context) => answerError(error, context, options.failed));
  app.notFound((context) =>
    context.json(
      says('Not found', `There is no ${context.req.method} ${context.req.path}. See /openapi.json.`),
      404,
    ),
  );
  app.use(noted(options));
  app.use(headers(options));
  if (options.door.kind === 'local') app.use(onlyByLoopbackName);
  if (options.pages) app.use(servePages(options.pages));
  app.use(
    bodyLimit({
      maxSize: BODY_MAX,
      onError: () => {
        throw new BgtaskError('TooLarge', `A body has at most ${BODY_MAX} bytes.`);
      },
    }),
  );
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', (context) => (options.ready() ? context.text('ok\n') : context.text('ending\n', 503)));
  app.use('/api/projects/:project/*', asCaller(options), inProject(options));
  app.on(['GET', 'POST'], '/api/session', asCaller(options));
  app.route('/', sessionRoutes(options));
  app.route('/', taskRoutes);
  app.route('/', templateRoutes);
  app.route('/', streamRoutes);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'kubectl bgtask',
      version: options.version,
      description:
        "Coding chores done by agents in the background. Each request acts with its caller's own token.",
    },
  });
  return app;
}
