import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { OPENAI } from '../../../src/runner/gateway/apis.ts';
import { openGateway } from '../../../src/runner/gateway/gateway.ts';
import { TokenMeter } from '../../../src/runner/gateway/token-meter.ts';
import { answerJson, startProvider } from './provider.ts';

describe('the model gateway and WebSockets', () => {
  it('tells a program that asks for one to use HTTP, and the provider hears nothing', async () => {
    const log: string[] = [];
    const note = (line: string): void => void log.push(line);
    const provider = await startProvider(answerJson({}));
    const gateway = await openGateway({
      kind: OPENAI,
      base: new URL(provider.url),
      key: 'sk-example',
      meter: new TokenMeter({ log: note }),
      env: {},
      log: note,
    });
    try {
      const headers = {
        upgrade: 'websocket',
        connection: 'Upgrade',
        authorization: `Bearer ${gateway.placeholder}`,
      };
      const asked = request({ port: gateway.port, path: '/responses', headers }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      assert.equal(response.statusCode, 426);
      assert.match(await text(response), /upgrade_required/);
      assert.deepEqual([provider.asked, log], [[], []]);
    } finally {
      await gateway.close();
      await provider.close();
    }
  });
});
