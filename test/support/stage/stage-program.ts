import { STAGES } from '../../../src/domain/report.ts';
import { readSecrets } from '../../../src/engine/local/jobs/claim.ts';
import { runStage } from '../../../src/runner/run-stage.ts';

const stage = STAGES.find((name) => name === process.argv[2]);
if (!stage) throw new Error(`${process.argv[2]} is not a stage`);
process.exitCode = await runStage(stage, await readSecrets());
