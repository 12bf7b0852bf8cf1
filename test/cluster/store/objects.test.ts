import assert from 'node:assert/strict';
import { API_VERSION } from '../../../src/api/names.ts';
import { PLURAL } from '../../../src/api/types.ts';
import { ApiError } from '../../../src/engine/kubernetes/client/http/api-error.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { ROWS, type Row } from '../../api/objects.ts';
import { storeCluster, type StoreCluster } from './cluster.ts';

type Json = Record<string, unknown>;
/** The server says so when a wrong type keeps it from looking at the rules. */
const BLOCKED = 'some validation rules were not checked because the object was invalid';

describe('a real API server with our CRDs', () => {
  let cluster: StoreCluster;
  let client: KubeClient;
  let namespace: string;
  before(async () => {
    cluster = await storeCluster();
    client = await cluster.client();
    namespace = await cluster.project();
  });
  after(() => cluster?.close());

  const inProject = (object: Json): Json => {
    const { metadata } = object;
    if (typeof metadata !== 'object' || metadata === null || !('namespace' in metadata)) return object;
    return { ...object, metadata: { ...metadata, namespace } };
  };
  const collection = (kind: Row['kind']): string =>
    `/apis/${API_VERSION}/namespaces/${namespace}/${PLURAL[kind]}`;

  /** Asks the server to create the object, or to update the old one to it; nothing stays. */
  async function ask(row: Row, fieldValidation: 'Strict' | 'Ignore'): Promise<void> {
    const path = collection(row.kind);
    const body = inProject(row.object);
    if (!row.old) {
      await client.json({ method: 'POST', path, body, query: { dryRun: 'All', fieldValidation } });
      return;
    }
    const old = (await client.json({ method: 'POST', path, body: inProject(row.old) })) as { metadata: Json };
    const one = `${path}/${String(old.metadata.name)}`;
    try {
      const { resourceVersion } = old.metadata;
      const newer = { ...body, metadata: { ...(body.metadata as Json), resourceVersion } };
      const at = row.subresource ? `${one}/${row.subresource}` : one;
      await client.json({ method: 'PUT', path: at, body: newer, query: { fieldValidation } });
    } finally {
      await client.json({ method: 'DELETE', path: one });
    }
  }

  /** What the server refuses, each `path: message`; none when it accepts. */
  async function refusals(row: Row, fieldValidation: 'Strict' | 'Ignore'): Promise<string[]> {
    try {
      await ask(row, fieldValidation);
      return [];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      assert.equal(error.code, 'Invalid');
      const causes = error.details.causes as { field?: string; message?: string }[] | undefined;
      return causes?.map(({ field, message }) => `${field}: ${message}`) ?? [error.message];
    }
  }

  for (const row of ROWS)
    it(`${row.errors.length > 0 ? 'refuses' : 'accepts'} ${row.name}`, async () => {
      const all = await refusals(row, row.unknown?.length ? 'Ignore' : 'Strict');
      const own = all.filter((text) => !text.includes(BLOCKED));
      for (const wanted of row.errors)
        assert.ok(
          own.some((text) => text.includes(wanted)),
          `no error says ${wanted}, only ${own.join('; ')}`,
        );
      assert.equal(own.length, row.errors.length, `other errors than wanted: ${own.join('; ')}`);
    });

  for (const row of ROWS.filter(({ unknown }) => unknown?.length))
    it(`refuses under strict field validation ${row.name}`, async () => {
      const [sentence = ''] = await refusals(row, 'Strict');
      assert.match(sentence, /strict decoding error: (unknown|duplicate) field/);
    });
});
