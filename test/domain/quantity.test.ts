import assert from 'node:assert/strict';
import { isQuantity } from '../../src/domain/quantity.ts';

describe('quantities, as the API server takes them', () => {
  const GOOD = [
    '0',
    '1',
    '0.5',
    '.5',
    '1.',
    '500m',
    '100n',
    '250u',
    '2k',
    '3M',
    '1G',
    '2T',
    '1P',
    '1E',
    '1e3',
    '1E3',
    '1e-3',
    '12E+2',
    '64Ki',
    '2Gi',
    '1.5Ti',
    '1Ei',
  ];
  for (const text of GOOD) it(`takes ${text}`, () => assert.ok(isQuantity(text)));

  const BAD = [
    '',
    ' ',
    '.',
    '2K',
    '1ki',
    '1mi',
    '1KI',
    '1Mib',
    '1 Gi',
    '-1',
    '+1',
    '1e',
    '1e1.5',
    '1_000',
    '1,5',
    '0x10',
    'one',
    '1GiB',
    '1.2.3',
    '1\n',
  ];
  for (const text of BAD) it(`refuses ${JSON.stringify(text)}`, () => assert.ok(!isQuantity(text)));
});
