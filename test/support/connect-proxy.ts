import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** A proxy as companies have them between their networks and others: it joins connections (CONNECT), to where `onward` says. */
export interface ConnectProxy {
  /** `127.0.0.1:port` */
  host: string;
  /** Each target that was asked for, with the credential that came along, oldest first. */
  asked: { target: string; credential: string }[];
  close(): Promise<void>;
}

const decoded = (header = ''): string => Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();

/** `onward` gives the loopback port behind a target such as `github.invalid:443`, or the status that it is refused with. */
export async function startConnectProxy(
  onward: (target: string, credential: string) => number | string,
): Promise<ConnectProxy> {
  const asked: ConnectProxy['asked'] = [];
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on('connect', ({ url: target = '', headers }, socket) => {
    const credential = decoded(headers['proxy-authorization']);
    asked.push({ target, credential });
    socket.on('error', () => undefined);
    const to = onward(target, credential);
    if (typeof to === 'string')
      return void socket.end(
        `HTTP/1.1 ${to}\r\nProxy-Authenticate: Basic realm="proxy"\r\nConnection: close\r\n\r\n`,
      );
    const joined = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      joined.pipe(socket).pipe(joined);
    });
    joined.on('error', () => socket.destroy());
    socket.on('close', () => joined.destroy());
    return undefined;
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
