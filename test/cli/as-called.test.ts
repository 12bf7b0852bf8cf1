import assert from 'node:assert/strict';
import { asCalled, placeFlags } from '../../src/cli/as-called.ts';

const PLUGIN = { program: 'kubectl bgtask', place: '' };
const TEAM = { program: 'kubectl bgtask', place: ' -n team-a' };

describe('a sentence that names the next command', () => {
  for (const [what, called, sentence, told] of [
    ['has the program as it was called', PLUGIN, 'See: bgtask list', 'See: kubectl bgtask list'],
    [
      'stays as it is for bgtask itself',
      { program: 'bgtask', place: '' },
      'See: bgtask list',
      'See: bgtask list',
    ],
    [
      'leaves names and paths alone',
      TEAM,
      'bin/bgtask list, a-bgtask x, bgtask-demo, bgtask/bgtask list',
      'bin/bgtask list, a-bgtask x, bgtask-demo, bgtask/bgtask list',
    ],
    [
      'has the project that was named, each time',
      TEAM,
      'Follow it: bgtask watch a. Stop it: bgtask cancel a. Retry: "bgtask retry a"',
      'Follow it: kubectl bgtask watch -n team-a a. Stop it: kubectl bgtask cancel -n team-a a. Retry: "kubectl bgtask retry -n team-a a"',
    ],
    [
      'has it after the verb of a group',
      TEAM,
      'bgtask template list --available',
      'kubectl bgtask template list -n team-a --available',
    ],
    [
      'has it after each verb on tasks',
      TEAM,
      'bgtask diff a, bgtask apply a, bgtask open a, bgtask get a',
      'kubectl bgtask diff -n team-a a, kubectl bgtask apply -n team-a a, kubectl bgtask open -n team-a a, kubectl bgtask get -n team-a a',
    ],
    [
      'leaves sentences about bgtask alone',
      TEAM,
      'bgtask is installed in namespace a. Only the bgtask operator writes it.',
      'bgtask is installed in namespace a. Only the bgtask operator writes it.',
    ],
    ['has it not where no task is meant', TEAM, 'bgtask install --apply', 'kubectl bgtask install --apply'],
  ] as const)
    it(what, () => assert.equal(asCalled(sentence, called), told));
});

describe('the flags that said where', () => {
  for (const [options, flags] of [
    [{}, ''],
    [{ namespace: 'team-a', quiet: true, output: 'json' }, ' -n team-a'],
    [
      { namespace: 'team-a', context: "it's", kubeconfig: '/a b', as: 'kube:admin', engine: 'kubernetes' },
      ` -n team-a '--context=it'\\''s' '--kubeconfig=/a b' --as=kube:admin --engine=kubernetes`,
    ],
  ] as const)
    it(`are ${JSON.stringify(flags)}`, () => assert.equal(placeFlags(options), flags));
});
