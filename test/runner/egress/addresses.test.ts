import assert from 'node:assert/strict';
import { type Reach, reachOf } from '../../../src/runner/egress/addresses.ts';
import { HostList, readPlace } from '../../../src/runner/egress/host-list.ts';

describe('what an address leads to', () => {
  const cases: Record<Reach, string[]> = {
    public: [
      '8.8.8.8',
      '104.16.0.1',
      '172.15.0.1',
      '172.32.0.1',
      '100.63.255.255',
      '2606:4700::1',
      '::ffff:8.8.8.8',
    ],
    own: `127.0.0.1 127.9.9.9 ::1 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 fd12:3456::1 fc00::1 ::ffff:127.0.0.1
      ::ffff:10.0.0.1 ::ffff:7f00:1 198.18.0.1 203.0.113.5 2001:db8::1 2001:0:1::1`.split(/\s+/),
    never:
      `169.254.169.254 169.254.170.2 169.254.0.1 fd00:ec2::254 100.100.100.200 168.63.129.16 fe80::1 fe80::1%eth0
      ::ffff:169.254.169.254 ::ffff:a9fe:a9fe 0.0.0.0 :: 224.0.0.1 255.255.255.255 ff02::1 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1
      ::a9fe:a9fe example.com`.split(/\s+/),
  };
  for (const [reach, addresses] of Object.entries(cases))
    for (const address of addresses) it(`${address}: ${reach}`, () => assert.equal(reachOf(address), reach));
});

describe('a place that a program asks for', () => {
  const cases: [text: string, place: object | undefined][] = [
    ['example.com:443', { host: 'example.com', port: 443 }],
    ['Example.COM.:443', { host: 'example.com', port: 443 }],
    ['[2606:4700::1]:443', { host: '2606:4700::1', port: 443 }],
    ['example.com', { host: 'example.com', port: 80 }],
    ['example.com:0', undefined],
    ['example.com:65536', undefined],
    ['example.com:443:443', undefined],
    ['user@example.com:443', undefined],
    ['exa\nmple.com:443', undefined],
    ['exa mple.com:443', undefined],
    ['[::1%25lo]:443', undefined],
    [`${'a'.repeat(300)}:443`, undefined],
    ['', undefined],
  ];
  for (const [text, place] of cases)
    it(JSON.stringify(text.slice(0, 40)), () => assert.deepEqual(readPlace(text, 80), place));
});

describe('a list of hosts', () => {
  const list = new HostList([
    'npm.example.com',
    '*.crates.example',
    'git.example.com:8443',
    '[fd12::1]:8080',
    'UPPER.example',
  ]);
  const cases: [text: string, isIn: boolean][] = [
    ['npm.example.com:443', true],
    ['npm.example.com:80', true],
    ['npm.example.com:22', false],
    ['npm.example.com.evil.example:443', false],
    ['evil-npm.example.com:443', false],
    ['a.b.crates.example:443', true],
    ['crates.example:443', false],
    ['git.example.com:8443', true],
    ['git.example.com:443', false],
    ['[fd12::1]:8080', true],
    ['upper.example:443', true],
    ['example.com:443', false],
  ];
  for (const [text, isIn] of cases)
    it(`${isIn ? 'has' : 'has not'} ${text}`, () => {
      const place = readPlace(text);
      assert.ok(place);
      assert.equal(list.has(place), isIn);
    });
});
