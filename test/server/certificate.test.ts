import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { readCertificate, renewCertificate } from '../../src/server/certificate.ts';
import { certificateFor } from '../engine/kubernetes/client/certificates.ts';
import { Deferred } from '../support/deferred.ts';

/** Whom the server's certificate is for. */
const nameOf = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const { subjectaltname } = socket.getPeerCertificate();
      socket.destroy();
      resolve(String(subjectaltname).replace('DNS:', ''));
    });
    socket.on('error', reject);
  });

describe('the certificate of the server', () => {
  let folder: string;
  let files: { cert: string; key: string };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-certificate-'));
    files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const make = (name: string): void => {
    const { cert, key } = certificateFor(`DNS:${name}`);
    writeFileSync(files.key, key);
    writeFileSync(files.cert, cert);
  };

  it('a file that is not there is refused with its flag', () => {
    assert.throws(() => readCertificate(files), /--tls-cert: ENOENT/);
    writeFileSync(files.cert, '');
    assert.throws(() => readCertificate(files), /--tls-key: ENOENT/);
  });

  it('is replaced when its files are, and stays while they are broken', async () => {
    make('first');
    const server = createServer(readCertificate(files));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const told = new Deferred<unknown>();
    const taken = new Deferred();
    const setContext = server.setSecureContext.bind(server);
    server.setSecureContext = (options) => {
      setContext(options);
      taken.resolve();
    };
    const done = renewCertificate(server, files, told.resolve, 5);
    try {
      assert.equal(await nameOf(server), 'first');
      const good = readFileSync(files.cert);
      writeFileSync(files.cert, 'no certificate');
      assert.match(String(await told.promise), /PEM|certificate/i);
      assert.equal(await nameOf(server), 'first');
      writeFileSync(files.cert, good);
      make('second');
      await taken.promise;
      await nameOf(server).then((name) => assert.equal(name, 'second'));
    } finally {
      done();
      server.close();
      server.closeAllConnections();
    }
  });
});
