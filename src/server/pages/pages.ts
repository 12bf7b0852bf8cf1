import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { PageFile, PageFiles } from './page-files.ts';

const SEGMENT = '[^/]+';
/** The addresses of pages: the chooser, a project's tasks, its form, its templates, one task. */
const PAGE = new RegExp(`^/(?:projects/${SEGMENT}(?:/(?:new|templates|tasks/${SEGMENT}))?)?$`);

/** True where a page or one of its files lives. */
export const isPagePath = (path: string): boolean => PAGE.test(path) || path.startsWith('/assets/');

/** Nothing from elsewhere, nothing inline, no text that becomes markup or code. */
export const pageHeaders = (secure: boolean): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
    },
    xFrameOptions: 'DENY',
    strictTransportSecurity: secure,
  });

const answer = (context: Context, { body, type, hashed }: PageFile): Response =>
  context.body(body, 200, {
    'Content-Type': type,
    'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  });

/** Answers GET of a page and of its files; everything else is left to later handlers. */
export const servePages =
  ({ page, assets }: PageFiles): MiddlewareHandler =>
  async (context, next) => {
    const { method, path } = context.req;
    const file = PAGE.test(path) ? page : assets.get(path);
    if (file && (method === 'GET' || method === 'HEAD')) return answer(context, file);
    return next();
  };
