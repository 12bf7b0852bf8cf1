import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import {
  BUNDLE_MAX,
  holds,
  isDue,
  withCertificate,
} from '../../../../src/operator/cluster/webhook/bundle.ts';
import { selfSigned } from '../../../../src/operator/cluster/webhook/certificate.ts';

const DAY = 86_400_000;
const HOST = 'bgtask-webhook.bgtask-system.svc';
const NOW = Date.parse('2026-01-31T12:00:00Z');

const certificates = (bundle: string): string[] =>
  Buffer.from(bundle, 'base64')
    .toString()
    .split(/(?=-----BEGIN)/);

describe("the webhook's certificate", () => {
  it('is for its host, from an hour before until 30 days after', () => {
    const certificate = new X509Certificate(selfSigned(HOST, 'pod-1', NOW).cert);
    assert.equal(certificate.subjectAltName, `DNS:${HOST}`);
    assert.equal(certificate.subject, 'CN=pod-1');
    assert.ok(certificate.verify(certificate.publicKey));
    assert.deepEqual(
      [certificate.validFrom, certificate.validTo].map((text) => Date.parse(text)),
      [NOW - 3_600_000, NOW + 30 * DAY],
    );
  });

  it('says its time after 2049 too', () => {
    const certificate = new X509Certificate(
      selfSigned(HOST, 'pod-1', Date.parse('2051-01-01T00:00:00Z')).cert,
    );
    assert.equal(Date.parse(certificate.validTo), Date.parse('2051-01-31T00:00:00Z'));
  });

  it('is taken by a client that trusts it, for that host alone', async () => {
    const pair = selfSigned(HOST, 'pod-1', Date.now());
    const server = createServer(pair).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const meet = async (servername: string): Promise<boolean> => {
      const socket = connect({ port, host: '127.0.0.1', ca: pair.cert, servername });
      try {
        await once(socket, 'secureConnect');
        return socket.authorized;
      } finally {
        socket.destroy();
      }
    };
    try {
      assert.equal(await meet(HOST), true);
      await assert.rejects(meet('other.bgtask-system.svc'), /altnames/);
    } finally {
      server.close();
    }
  });

  it('is due when ten days are left', () => {
    const { cert } = selfSigned(HOST, 'pod-1', NOW);
    assert.equal(isDue(cert, NOW + 19.9 * DAY), false);
    assert.equal(isDue(cert, NOW + 20.1 * DAY), true);
  });
});

describe('a caBundle', () => {
  const one = selfSigned(HOST, 'pod-1', NOW).cert;
  const two = selfSigned(HOST, 'pod-2', NOW).cert;

  it('keeps what others added, once', () => {
    const both = withCertificate(withCertificate('', one, NOW), two, NOW);
    assert.deepEqual([holds(both, one), holds(both, two)], [true, true]);
    assert.equal(certificates(withCertificate(both, one, NOW)).length, 2);
    assert.equal(holds(withCertificate('', one, NOW), two), false);
  });

  it('loses what has expired and what cannot be read', () => {
    const old = selfSigned(HOST, 'pod-0', NOW - 31 * DAY).cert;
    const broken = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';
    const bundle = Buffer.from(`${old}${broken}${two}`).toString('base64');
    assert.deepEqual(certificates(withCertificate(bundle, one, NOW)), [one, two]);
  });

  it('has room for the newest', () => {
    const many = Array.from({ length: BUNDLE_MAX + 5 }, (_, index) =>
      selfSigned(HOST, `pod-${index}`, NOW - index * DAY * 0.1),
    );
    const bundle = Buffer.from(many.map(({ cert }) => cert).join('')).toString('base64');
    const kept = certificates(withCertificate(bundle, one, NOW));
    assert.equal(kept.length, BUNDLE_MAX);
    assert.ok(kept.includes(one) && kept.includes(many[0]?.cert ?? ''));
    assert.ok(!kept.includes(many.at(-1)?.cert ?? ''));
  });
});
