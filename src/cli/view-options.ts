import { asCalled } from './as-called.ts';
import type { Engine } from '../engine/engine.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { wantsColor } from './paint.ts';
import type { ViewOptions } from './views.ts';

/** What a view has to do with. */
export const viewOptions = (context: CliContext, engine: Engine, options: GlobalOptions): ViewOptions => ({
  engine,
  signal: context.signal,
  color: wantsColor(context, options),
  now: () => context.now(),
  asCalled: (sentence) => asCalled(sentence, context),
});
