import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Git without the machine's own configuration. */
export const gitEnv = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  LANG: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
});

interface CgiRequest {
  /** The folder of the bare repositories. */
  root: string;
  /** `/owner/name.git/info/refs` and the like. */
  pathname: string;
  search: string;
  user: string;
}

/** Answers one request of git's smart HTTP protocol through `git http-backend`; ends when the answer is sent. */
export function serveGit(request: IncomingMessage, response: ServerResponse, cgi: CgiRequest): Promise<void> {
  const { headers } = request;
  const env: NodeJS.ProcessEnv = {
    ...gitEnv(),
    GIT_PROJECT_ROOT: cgi.root,
    GIT_HTTP_EXPORT_ALL: '1',
    GATEWAY_INTERFACE: 'CGI/1.1',
    PATH_INFO: cgi.pathname,
    QUERY_STRING: cgi.search.replace(/^\?/, ''),
    REQUEST_METHOD: request.method,
    REMOTE_USER: cgi.user,
    REMOTE_ADDR: request.socket.remoteAddress,
    CONTENT_TYPE: headers['content-type'],
    // Absent for a chunked body, which the backend then reads to its end. It unpacks gzip itself.
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: header(headers['git-protocol']),
  };
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  backend.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  // The backend may end before it read all; its answer says why.
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  response.on('close', () => backend.kill());
  return new Promise((resolve, reject) => {
    const forward = answerInto(response);
    backend.on('error', reject);
    backend.stdout.on('data', forward);
    backend.on('close', () => {
      if (response.headersSent || response.destroyed) {
        response.end(resolve);
        return;
      }
      reject(new Error(`git http-backend gave no answer: ${complaint}`));
    });
  });
}

const header = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/** A consumer of CGI output: header lines, with `Status:` for the status, an empty line, the body. */
function answerInto(response: ServerResponse): (chunk: Buffer) => void {
  let head: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    if (head === undefined) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    let status = 200;
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    head = undefined;
  };
}
