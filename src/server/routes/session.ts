import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { bearerOf } from '../bearer.ts';
import { refuseShape, type ServerEnv } from '../env.ts';
import { forgetToken, keepToken, type SessionCookies } from '../session/session-cookie.ts';
import { json, refusals, security } from '../shapes/common.ts';

const PATH = '/api/session';
const tags = ['session'];

const Session = z
  .object({ user: z.string().openapi({ description: 'The user as the API server knows it.' }) })
  .openapi('Session');

const signIn = createRoute({
  method: 'post',
  path: PATH,
  tags,
  security,
  summary: 'Sign a browser in',
  description:
    'Keeps the token of the header Authorization in a cookie that scripts cannot read (HttpOnly, SameSite=Strict), encrypted for this server, for 12 hours. Send a random secret in the header `X-Bgtask-Session`; requests with the cookie repeat it, and the cookie opens nothing without it.',
  responses: { 200: json(Session, 'Who is signed in.'), ...refusals(413) },
});

const whoIs = createRoute({
  method: 'get',
  path: PATH,
  tags,
  security,
  summary: 'Who is signed in',
  responses: { 200: json(Session, 'Who is signed in.'), ...refusals() },
});

const signOut = createRoute({
  method: 'delete',
  path: PATH,
  tags,
  security,
  summary: 'Sign a browser out',
  responses: {
    204: {
      description:
        'The browser drops the cookie. A copy of it, with the secret, works until its 12 hours are over; the token itself is as valid as before.',
    },
  },
});

/** Signing in once for all tabs of a browser. */
export const sessionRoutes = (cookies: SessionCookies) =>
  new OpenAPIHono<ServerEnv>({ defaultHook: refuseShape })
    .openapi(signIn, async (c) => {
      const { userId: user } = await c.var.engine.whoAmI();
      keepToken(c, cookies, bearerOf(c.req.header('Authorization')));
      return c.json({ user }, 200);
    })
    .openapi(whoIs, async (c) => {
      const { userId: user } = await c.var.engine.whoAmI();
      return c.json({ user }, 200);
    })
    .openapi(signOut, (c) => {
      forgetToken(c, cookies);
      return c.body(null, 204);
    });
