import assert from 'node:assert/strict';
import { proxyFromEnv } from '../../src/engine/proxy-env.ts';

const PROXY = 'http://proxy.example.com:3128';

describe('proxyFromEnv', () => {
  const CASES: [what: string, server: string, env: NodeJS.ProcessEnv, proxy: string | undefined][] = [
    ['nothing is set', 'https://kube.example.com', {}, undefined],
    ['HTTPS_PROXY is set', 'https://kube.example.com', { HTTPS_PROXY: PROXY }, PROXY],
    ['https_proxy is set', 'https://kube.example.com', { https_proxy: PROXY }, PROXY],
    ['it has no scheme', 'https://kube.example.com', { HTTPS_PROXY: 'proxy:1' }, 'http://proxy:1'],
    ['only HTTP_PROXY is set', 'https://kube.example.com', { HTTP_PROXY: PROXY }, undefined],
    ['the server is plain', 'http://kube.example.com', { HTTP_PROXY: PROXY }, PROXY],
    ['the server is on loopback', 'https://127.0.0.1:6443', { HTTPS_PROXY: PROXY }, undefined],
    ['the server is on IPv6 loopback', 'https://[::1]:6443', { HTTPS_PROXY: PROXY }, undefined],
    ['the server is localhost', 'https://localhost:6443', { HTTPS_PROXY: PROXY }, undefined],
  ];
  for (const [what, server, env, proxy] of CASES)
    it(`answers ${proxy ?? 'no proxy'} when ${what}`, () => {
      assert.equal(proxyFromEnv(new URL(server), env), proxy);
    });

  const SPARED: [noProxy: string, server: string, spared: boolean][] = [
    ['*', 'https://kube.example.com', true],
    ['example.com', 'https://kube.example.com', true],
    ['.example.com', 'https://kube.example.com', true],
    ['*.example.com', 'https://kube.example.com', true],
    ['.kube.example.com', 'https://kube.example.com', false],
    ['ample.com', 'https://kube.example.com', false],
    ['other, KUBE.example.com ', 'https://kube.example.com', true],
    ['kube.example.com:443', 'https://kube.example.com', true],
    ['kube.example.com:6443', 'https://kube.example.com', false],
    ['192.0.2.7', 'https://192.0.2.7:6443', true],
    ['192.0.2.0/24', 'https://192.0.2.7:6443', true],
    ['192.0.2.0/24', 'https://198.51.100.7:6443', false],
    ['192.0.2.0/99', 'https://192.0.2.7:6443', false],
    ['2001:db8::/32', 'https://[2001:db8::1]:6443', true],
    ['2001:db8::1', 'https://[2001:db8::1]:6443', true],
  ];
  for (const [noProxy, server, spared] of SPARED)
    it(`NO_PROXY=${noProxy} ${spared ? 'spares' : 'does not spare'} ${server}`, () => {
      assert.equal(
        proxyFromEnv(new URL(server), { HTTPS_PROXY: PROXY, NO_PROXY: noProxy }),
        spared ? undefined : PROXY,
      );
    });
});
