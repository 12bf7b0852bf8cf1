import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../../src/domain/settings.ts';
import { personHosts } from '../../../src/runner/egress/person-hosts.ts';
import { phaseHosts } from '../../../src/runner/egress/phase-hosts.ts';
import { tempFolder } from '../../support/stage/remote.ts';

const of = (phase: 'install' | 'agent' | 'checks', network: object): object =>
  phaseHosts(phase, {
    network: parseSettings({ network }, 'test').network,
    registries: { known: ['npm.example'], named: ['named.example'] },
    person: ['mirror.corp.example'],
    models: ['model.example'],
  });

describe('what a phase may reach', () => {
  const list = { mode: 'list', personHosts: ['mirror.corp.example', 'npm.example'] };
  it('is the registries while dependencies are installed: a known one may be a mirror of the network, one that the repository names may not', () =>
    assert.deepEqual(of('install', {}), { ...list, hosts: ['named.example'] }));
  it('is the same and the model while the agent works', () =>
    assert.deepEqual(of('agent', {}), {
      mode: 'list',
      hosts: ['named.example'],
      personHosts: [...list.personHosts, 'model.example'],
    }));
  it('is nothing while checks run, even where the network is open', () => {
    const nothing = { mode: 'list', hosts: [], personHosts: [] };
    assert.deepEqual(
      [of('checks', {}), of('checks', { mode: 'open', allow: ['a.example'] })],
      [nothing, nothing],
    );
  });
  it('is the registries while checks run, where the setting says so', () =>
    assert.deepEqual(of('checks', { checks: 'list' }), { ...list, hosts: ['named.example'] }));
  it('has what the setting adds; one host may be in the person’s network, a glob not', () =>
    assert.deepEqual(of('install', { mode: 'open', allow: ['*.example', 'git.corp.example:8443'] }), {
      mode: 'open',
      hosts: ['named.example', '*.example', 'git.corp.example:8443'],
      personHosts: ['mirror.corp.example', 'git.corp.example:8443', 'npm.example'],
    }));
});

describe('the hosts that a person’s configuration names', () => {
  it('come from the files that a task sees and from variables', async () => {
    const home = tempFolder();
    mkdirSync(join(home, '.m2'));
    writeFileSync(join(home, '.npmrc'), 'registry=https://npm.corp.example:8443/npm/\n; see docs.example\n');
    writeFileSync(join(home, '.m2/settings.xml'), '<mirror><url>http://maven.corp.example/m2</url></mirror>');
    const env = {
      PIP_INDEX_URL: 'https://pip.corp.example/simple',
      GOPROXY: 'https://go.corp.example|direct',
      GOPRIVATE: 'git.corp.example/team/*,*.internal.example',
      OTHER: 'https://other.example',
    };
    assert.deepEqual(await personHosts(home, env), [
      'git.corp.example',
      'go.corp.example',
      'maven.corp.example',
      'npm.corp.example:8443',
      'pip.corp.example',
    ]);
  });

  it('are not there without configuration', async () =>
    assert.deepEqual(await personHosts(tempFolder(), {}), []));
});
